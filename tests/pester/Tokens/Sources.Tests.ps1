# Every place a managed identity lives, through the cmdlets as on such a host: found by its variables, asked as it wants to be, and
# told from its neighbours. The simulator is the host's token service.
BeforeDiscovery {
    # The agent of Arc puts its key files into one folder, which is root's.
    $canBeArc = $IsLinux -and (id -u) -eq '0'
    if (-not $canBeArc) { Write-Warning -Message 'Azure Arc is left out: its key folder can only be made by root on Linux' }
    $ids = @{
        ClientId   = '20000000-c11e-4000-8000-000000000001'
        ObjectId   = '20000000-0b1e-4000-8000-000000000001'
        ResourceId = '/subscriptions/b0000000-5b5c-4000-8000-000000000001/resourcegroups/simulated/providers/Microsoft.ManagedIdentity/userAssignedIdentities/first'
    }
    $unknown = @{ ClientId = '99999999-9999-4999-8999-999999999999' }

    # Takes: the ways to name an identity that are asked on. Untold: those that are asked too, though the host's documentation has
    # none. All others are refused. Faults: what goes wrong there only; what is set, planned or asked for, and what comes of it.
    $wrongSecret = @{ What = 'a secret that is not the host''s'; Set = @{ IDENTITY_HEADER = 'other' }; Name = 'Refused' }
    $stranger = @{ What = 'an identity that the host lacks'; Given = $unknown; Name = 'IdentityNotFound'; Advice = 'Check the id' }
    $hosts = @(
        @{
            Kind = 'app-service'; Service = 'App Service''s token service'; Variable = 'IDENTITY_ENDPOINT'; SecretIn = 'IDENTITY_HEADER'
            Takes = 'ClientId', 'ObjectId', 'ResourceId'; Faults = @($wrongSecret, $stranger)
        }
        @{
            Kind = 'automation'; Service = 'App Service''s token service'; Variable = 'IDENTITY_ENDPOINT'; SecretIn = 'IDENTITY_HEADER'
            Takes = @('ClientId'); Untold = 'ObjectId', 'ResourceId'
            Faults = @($wrongSecret, @{ What = $stranger.What; Given = $unknown; Name = 'IdentityNotFound'; Advice = 'Automation account' })
        }
        @{
            Kind = 'machine-learning'; Service = 'Azure Machine Learning''s token service'; Variable = 'MSI_ENDPOINT'; SecretIn = 'MSI_SECRET'
            Takes = @('ClientId')
            Faults = @(
                @{ What = $wrongSecret.What; Set = @{ MSI_SECRET = 'other' }; Name = 'Refused' }
                @{ What = 'neither an identity nor a default one'; Set = @{ DEFAULT_IDENTITY_CLIENT_ID = $null }; Name = 'InvalidArgument' }
            )
        }
        @{
            Kind = 'cloud-shell'; Service = 'Cloud Shell''s token service'; Variable = 'MSI_ENDPOINT'
            Takes = @()
            Faults = @(@{ What = 'a resource that is not on its list'; Given = @{ AuthScope = 'https://vault.example' }; Name = 'Refused'; Advice = 'Cloud Shell gives tokens for' })
        }
        @{
            Kind = 'arc'; Service = 'the agent of Azure Arc'; Variable = 'IDENTITY_ENDPOINT'; LeftOut = -not $canBeArc
            Argument = '--key-folder /var/opt/azcmagent/tokens'
            Takes = 'ClientId', 'ObjectId', 'ResourceId'; Faults = @($stranger)
        }
        @{
            Kind = 'service-fabric'; Service = 'Service Fabric''s token service'; Variable = 'IDENTITY_ENDPOINT'; SecretIn = 'IDENTITY_HEADER'
            # The version that knows a parameter for it.
            Set = @{ IDENTITY_API_VERSION = '2020-05-01' }; Takes = @('ObjectId')
            Faults = @(@{ What = $wrongSecret.What; Set = $wrongSecret.Set; Name = 'IdentityNotFound'; Advice = 'Service Fabric application' })
        }
        @{
            Kind = 'pod-identity'; Service = 'the virtual machine''s metadata service'; Variable = 'AZURE_POD_IDENTITY_AUTHORITY_HOST'
            Takes = @('ClientId', 'ResourceId')
            Untold = @('ObjectId'); Faults = @(@{ What = $stranger.What; Given = $unknown; Name = 'IdentityNotFound'; Advice = 'pod' })
        }
    )
    # What goes wrong in the same way everywhere.
    $everywhere = @(
        @{ What = 'a web page'; Plan = '{"fault":"html"}'; Name = 'MalformedResponse'; Advice = 'Test-MiAccount' }
        @{ What = 'a redirect'; Plan = '{"fault":"redirect","location":"http://elsewhere.example/"}'; Name = 'EndpointNotTrusted' }
        @{ What = 'a refusal'; Plan = '{"fault":"status","code":403,"body":"no"}'; Name = 'Refused'; Advice = 'Test-MiAccount' }
        @{ What = 'no answer'; Plan = '{"fault":"hang","times":9}'; Name = 'TimedOut' }
    )
    foreach ($place in $hosts) {
        $place.Given = @($place.Takes | ForEach-Object -Process { @{ Key = $_; Named = @{ $_ = $ids.$_ } } })
        $place.Refused = @($ids.Keys | Where-Object -FilterScript { $_ -notin $place.Takes -and $_ -notin $place.Untold } | ForEach-Object -Process { @{ Key = $_; Named = @{ $_ = $ids.$_ } } })
        $place.Faults = $everywhere + $place.Faults
    }
}

BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
    $machine = $env:AZURE_POD_IDENTITY_AUTHORITY_HOST
}

Describe 'On <Kind>' -ForEach $hosts {
    BeforeAll {
        Reset-Everything
        $keys = '/var/opt/azcmagent'
        $madeKeys = $Kind -eq 'arc' -and -not (Test-Path -LiteralPath $keys)
        if ($madeKeys) { $null = New-Item -Path "$keys/tokens" -ItemType Directory }
        $there = Enter-Host -Kind $Kind -Argument "--no-limits $Argument"
        $before = Set-TestEnvironment -Variables ($Set + @{})
        $secret = if ($SecretIn) { $there.Environment[$SecretIn] }
    }

    AfterAll {
        $null = Set-TestEnvironment -Variables $before
        Exit-Host -Visited $there
        if ($madeKeys) { Remove-Item -LiteralPath $keys -Recurse -Force }
    }

    BeforeEach {
        Send-Simulator -Path reset -Url $there.Url
        Clear-MiContext
        Clear-MiTokenCache
    }

    It 'a token comes, from there and nowhere else' -Skip:$LeftOut {
        $null = Connect-MiAccount -SkipValidation
        (Get-MiAccessToken).Type | Should -BeExactly 'Bearer'
        $counts = Get-SimulatorCount -Url $there.Url
        $counts.tokens | Should -Be 1
        # The secret of Arc is the key that answers its challenge.
        $counts.with_secret | Should -Be ([int] ($SecretIn -or $Kind -eq 'arc'))
        (Get-MiTokenCache).Endpoint | Should -Match ([regex]::Escape(($there.Url -replace '^http://')))
        if ($Kind -ne 'pod-identity') { (Get-SimulatorCount -Url $machine).requests | Should -Be 0 }
    }

    It 'Test-MiAccount says which source it is and why, and that all is well' -Skip:$LeftOut {
        # Azure itself is not there, which is a warning where the token is for something else.
        $checks = Test-MiAccount -ResourceTypeName Storage | Where-Object -Property Name -NotIn -Value ResourceManager, Tls
        $source = $checks | Where-Object -Property Name -EQ -Value Source
        $source.Detail | Should -Match "^$Service at https?://127\.0\.0\.1:\d+, (told by|because of) .*\b$Variable\b.*\.$"
        $checks.Result | Should -Not -Contain 'Failed'
        $checks.Result | Should -Not -Contain 'Skipped'
        ($checks | Where-Object -Property Name -EQ -Value Gate).Detail -match 'does not count against' | Should -Be ($Kind -ne 'pod-identity')
    }

    It 'takes -<Key>' -ForEach $Given -Skip:$LeftOut {
        $null = Connect-MiAccount -SkipValidation @Named
        (Get-SimulatorCount -Url $there.Url).by_identity.($First.ClientId) | Should -Be 1
    }

    It 'refuses -<Key> before anything is asked' -ForEach $Refused -Skip:$LeftOut {
        $failure = Get-FailureOf { Connect-MiAccount -SkipValidation @Named }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'InvalidArgument,Tollgate.PowerShell.ConnectMiAccountCommand'
        $failure.Exception.Message | Should -Match "$Service takes no identity by an? "
        $failure.ErrorDetails.RecommendedAction | Should -Match '^[A-Z].+\.$'
        $source = @(Test-MiAccount @Named)[0]
        $source.Name, $source.Result | Should -Be 'Source', 'Failed'
        $source.Advice | Should -Not -BeNullOrEmpty
        (Get-SimulatorCount -Url $there.Url).requests | Should -Be 0
    }

    It '<What> is <Name>, with what to do' -ForEach $Faults -Skip:$LeftOut {
        # A host's own case sets its variables for itself alone.
        $kept = Set-TestEnvironment -Variables ($_.Set + @{})
        $named = $_.Given + @{ TimeoutSeconds = 2 }
        try {
            if ($Plan) { Send-Simulator -Path faults -Json "[$Plan]" -Url $there.Url }
            $failure = Get-FailureOf { Connect-MiAccount -SkipValidation @named }
        }
        finally {
            $null = Set-TestEnvironment -Variables $kept
        }
        $failure.FullyQualifiedErrorId | Should -BeExactly "$Name,Tollgate.PowerShell.ConnectMiAccountCommand"
        $failure.ErrorDetails.RecommendedAction | Should -MatchExactly '^[A-Z].+\.$'
        $failure.ErrorDetails.RecommendedAction | Should -Match $Advice
    }

    It 'nobody at the address is waited for to the end of the time, and told with the variable that names it; but not that of AKS' -Skip:$LeftOut {
        # The port of a service that has ended, with the scheme and the path of the one that is there.
        $gone = Start-Simulator
        Stop-Simulator -Simulator $gone
        $address = $there.Environment[$Variable] -replace '127\.0\.0\.1:\d+', ($gone.Url -replace '^http://')
        $kept = Set-TestEnvironment -Variables @{ $Variable = $address }
        try {
            # The platform says that it is there, so it may be starting.
            $failure = Get-FailureOf { Connect-MiAccount -SkipValidation -TimeoutSeconds 1 }
        }
        finally {
            $null = Set-TestEnvironment -Variables $kept
        }
        $pod = $Variable -eq 'AZURE_POD_IDENTITY_AUTHORITY_HOST'
        $name = if ($pod) { 'EndpointUnreachable' } else { 'TimedOut' }
        $failure.FullyQualifiedErrorId | Should -BeExactly "$name,Tollgate.PowerShell.ConnectMiAccountCommand"
        $failure.Exception.Message | Should -Match "nobody answers at .* which $Variable names"
        if (-not $pod) { $failure.Exception.Message | Should -Match 'the request was not sent; last: ' }
        $failure.ErrorDetails.RecommendedAction | Should -Match 'Test-MiAccount'
    }

    It 'an address that is none is InvalidArgument, and names the variable' -Skip:$LeftOut {
        $kept = Set-TestEnvironment -Variables @{ $Variable = 'nonsense' }
        try {
            $failure = Get-FailureOf { Connect-MiAccount -SkipValidation }
        }
        finally {
            $null = Set-TestEnvironment -Variables $kept
        }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'InvalidArgument,Tollgate.PowerShell.ConnectMiAccountCommand'
        $failure.Exception.Field | Should -BeExactly $Variable
        $failure.ErrorDetails.RecommendedAction | Should -Match 'variable'
    }

    It 'no stream shows a token, or the secret of the host' -Skip:$LeftOut {
        $said = & {
            Connect-MiAccount -SkipValidation -Verbose -Debug
            Get-MiAccessToken -ForceRefresh -Verbose -Debug
            Test-MiAccount -Verbose -Debug
            Send-Simulator -Path faults -Json '[{"fault":"not_json"},{"fault":"status","code":403}]' -Url $there.Url
            Get-MiAccessToken -ForceRefresh -Verbose -Debug -ErrorAction Continue
            Test-MiAccount -Verbose -Debug
            $Error[0] | Format-List -Property * -Force
            $Error[0].Exception.ToString()
            Get-MiTokenCache
        } *>&1 | Out-String -Width 300
        $said | Should -Match 'the answer is not JSON'
        $said | Should -Match ([regex]::Escape(($there.Url -replace '^http://')))
        $said | Should -Not -Match $AnyToken
        if ($secret) { $said | Should -Not -Match ([regex]::Escape($secret)) }
    }
}

Describe 'A secret' {
    It 'goes to nobody whose certificate is another: Service Fabric' {
        Reset-Everything
        $there = Enter-Host -Kind service-fabric
        $kept = Set-TestEnvironment -Variables @{ IDENTITY_SERVER_THUMBPRINT = '0' * 40 }
        try {
            $failure = Get-FailureOf { Connect-MiAccount -SkipValidation }
            $counts = Get-SimulatorCount -Url $there.Url
        }
        finally {
            $null = Set-TestEnvironment -Variables $kept
            Exit-Host -Visited $there
        }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'EndpointNotTrusted,Tollgate.PowerShell.ConnectMiAccountCommand'
        $failure.ErrorDetails.RecommendedAction | Should -Not -Match 'Test-MiAccount' -Because 'that would ask again'
        $counts.failed_handshakes, $counts.requests, $counts.with_secret | Should -Be 1, 0, 0
    }

    It 'is read from no folder but the agent''s: Azure Arc' {
        Reset-Everything
        $there = Enter-Host -Kind arc -Argument "--key-folder `"$TestDrive`""
        try {
            $failure = Get-FailureOf { Connect-MiAccount -SkipValidation }
            $counts = Get-SimulatorCount -Url $there.Url
        }
        finally {
            Exit-Host -Visited $there
        }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'EndpointNotTrusted,Tollgate.PowerShell.ConnectMiAccountCommand'
        $counts.requests, $counts.with_secret | Should -Be 1, 0
    }
}

Describe 'A changed environment' {
    BeforeEach {
        Reset-Everything
        $null = Connect-MiAccount -SkipValidation
        $there = Enter-Host -Kind app-service
    }

    AfterEach {
        Exit-Host -Visited $there
    }

    It 'counts from the next Connect-MiAccount on' {
        $null = Get-MiAccessToken -ForceRefresh
        (Get-SimulatorCount -Url $machine).tokens | Should -Be 2
        (Get-SimulatorCount -Url $there.Url).requests | Should -Be 0
        $null = Connect-MiAccount -SkipValidation
        $null = Get-MiAccessToken -ForceRefresh
        (Get-SimulatorCount -Url $machine).tokens | Should -Be 2
        (Get-SimulatorCount -Url $there.Url).tokens | Should -Be 2
    }

    It 'counts for Test-MiAccount at once' {
        @(Test-MiAccount)[0].Detail | Should -Match 'App Service'
        (Get-SimulatorCount -Url $machine).tokens | Should -Be 1
        (Get-SimulatorCount -Url $there.Url).tokens | Should -Be 1
    }
}
