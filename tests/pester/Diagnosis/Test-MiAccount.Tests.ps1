# The diagnosis: what it looks at, for whom, and what it says when something is in the way. Each kind of host is in Sources.Tests.ps1.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
    $every = 'Source', 'Endpoint', 'Service', 'Identity', 'Token', 'Claims', 'Audience', 'Clock', 'ResourceManager', 'Tls', 'Proxy', 'Gate', 'OtherLogins'
    $unknown = '99999999-9999-4999-8999-999999999999'
    $azure = Start-ArmSimulator

    function Get-Check {
        param($Checks, [string] $Name)
        @($Checks | Where-Object -Property Name -EQ -Value $Name)[0]
    }
}

AfterAll {
    Stop-Simulator -Simulator $azure
}

Describe 'Test-MiAccount' {
    BeforeEach {
        Reset-Everything
    }

    It 'runs down the list without Connect-MiAccount, for the system-assigned identity' {
        $checks = Test-MiAccount
        $checks.Name | Should -Be $every
        $checks | ForEach-Object -Process { $_ | Should -BeOfType Tollgate.Interop.AccountCheck }
        # What lies in the profile of whoever runs this is not known here, nor is Azure there.
        ($checks | Where-Object -Property Name -NotIn -Value 'ResourceManager', 'Tls', 'Proxy', 'OtherLogins', 'Gate').Result | Select-Object -Unique | Should -Be 'Passed'
        (Get-Check -Checks $checks -Name Source).Detail | Should -Match ([regex]::Escape($env:AZURE_POD_IDENTITY_AUTHORITY_HOST))
        (Get-Check -Checks $checks -Name Token).Detail | Should -Match ([regex]::Escape($Arm))
        (Get-Check -Checks $checks -Name Claims).Detail | Should -Match "tenant $Tenant, client id 10000000-.*24 h 0 min left"
        (Get-Check -Checks $checks -Name Gate).Detail | Should -Match ([regex]::Escape($env:TOLLGATE_GATE_DIRECTORY))
        (Get-SimulatorCount).token_requests | Should -Be 1
        Get-MiContext | Should -BeNullOrEmpty
    }

    It 'tests the identity of the context in use, past the tokens in memory' {
        $null = Connect-MiAccount -SkipValidation -ClientId $First.ClientId
        (Get-Check -Checks (Test-MiAccount) -Name Claims).Detail | Should -Match $First.ClientId
        (Get-SimulatorCount).tokens | Should -Be 2
    }

    It 'tests the identity of the context that is given' {
        $given = Connect-MiAccount -SkipValidation -ClientId $Second.ClientId
        $null = Connect-MiAccount -SkipValidation -ClientId $First.ClientId
        (Get-Check -Checks (Test-MiAccount -DefaultProfile $given) -Name Claims).Detail | Should -Match $Second.ClientId
    }

    It 'tests the identity that -<Key> names rather than the context''s' -ForEach @(
        @{ Key = 'AccountId'; Value = '20000000-c11e-4000-8000-000000000001'; Found = '20000000-c11e-4000-8000-000000000001' }
        @{ Key = 'AccountId'; Value = 'MSI@50342'; Found = '10000000-c11e-4000-8000-000000000001' }
        @{ Key = 'ClientId'; Value = '20000000-c11e-4000-8000-000000000001'; Found = '20000000-c11e-4000-8000-000000000001' }
        @{ Key = 'ObjectId'; Value = '20000000-0b1e-4000-8000-000000000001'; Found = '20000000-c11e-4000-8000-000000000001' }
        @{ Key = 'ResourceId'; Value = '/subscriptions/b0000000-5b5c-4000-8000-000000000001/resourcegroups/simulated/providers/Microsoft.ManagedIdentity/userAssignedIdentities/first'; Found = '20000000-c11e-4000-8000-000000000001' }
    ) {
        $null = Connect-MiAccount -SkipValidation -ClientId $Second.ClientId
        $named = @{ $Key = $Value }
        (Get-Check -Checks (Test-MiAccount @named) -Name Claims).Detail | Should -Match $Found
    }

    It 'asks for the resource that is named' {
        $null = Test-MiAccount -ResourceUrl 'https://database.windows.net/'
        $null = Test-MiAccount -ResourceTypeName KeyVault
        $null = Connect-MiAccount -SkipValidation -Environment AzureChinaCloud
        $null = Test-MiAccount -ResourceTypeName KeyVault
        $asked = (Get-SimulatorCount).by_resource
        'https://database.windows.net/', 'https://vault.azure.net', 'https://vault.azure.cn' | ForEach-Object -Process { $asked.$_ | Should -Be 1 }
        (TabExpansion2 -inputScript 'Test-MiAccount -ResourceTypeName Ma').CompletionMatches.CompletionText | Should -Be 'ManagedHsm'
    }

    It 'finds an identity that the machine lacks, says what to do, and that is no error' {
        $checks = Test-MiAccount -ClientId $unknown -ErrorVariable failures -ErrorAction Stop
        $failures.Count | Should -Be 0
        (Get-Check -Checks $checks -Name Service).Result | Should -Be 'Passed'
        $identity = Get-Check -Checks $checks -Name Identity
        $identity.Result | Should -Be 'Failed'
        $identity.Detail | Should -Match "$unknown is not available on this machine: .*Identity not found\.$"
        $identity.Advice | Should -Match '^Check the id.*\.$'
        (Get-Check -Checks $checks -Name Token).Result | Should -Be 'Skipped'
    }

    It 'gives a row to every check where nobody answers, and says which were not reached and why' {
        Send-Simulator -Path faults -Json '[{"fault":"html"}]'
        $checks = Test-MiAccount
        $checks.Name | Should -Be $every
        $later = $checks | Where-Object -Property Name -In -Value 'Identity', 'Token', 'Claims', 'Audience', 'Clock'
        $later.Result | Select-Object -Unique | Should -Be 'Skipped'
        $later.Detail | Select-Object -Unique | Should -BeExactly 'Not reached: Service failed.'
    }

    It 'finds that <What>' -ForEach @(
        @{ What = 'a web page answers'; Fault = '{"fault":"html"}'; Name = 'Service'; Within = @{} }
        @{ What = 'the answer leads elsewhere'; Fault = '{"fault":"redirect","location":"http://elsewhere.example/"}'; Name = 'Service'; Within = @{} }
        @{ What = 'no answer comes'; Fault = '{"fault":"hang","times":9}'; Name = 'Service'; Within = @{ TimeoutSeconds = 1 } }
        @{ What = 'the service says no'; Fault = '{"fault":"status","code":403,"body":"no"}'; Name = 'Token'; Within = @{} }
        @{ What = 'the tenant does not know the resource'; Fault = '{"fault":"status","code":400,"body":"{\"error\":\"invalid_resource\",\"error_description\":\"AADSTS500011: none.\"}"}'; Name = 'Token'; Within = @{} }
    ) {
        Send-Simulator -Path faults -Json "[$Fault]"
        $failed = @(Test-MiAccount @Within -ResourceTypeName Storage | Where-Object -Property Result -EQ -Value Failed)
        $failed.Name | Should -Be $Name -Because "that is what fails here: $($failed.Detail)"
        $failed[0].Advice | Should -Not -BeNullOrEmpty
    }

    It 'speaks in sentences' {
        $checks = @(Test-MiAccount) + @(Test-MiAccount -ClientId $unknown)
        foreach ($text in @($checks.Detail) + @($checks.Advice | Where-Object -FilterScript { $_ })) {
            $text | Should -MatchExactly '^([A-Z0-9]|https?://).*[^.]\.$'
        }
    }

    It 'looks at Azure Resource Manager too, without a token' {
        Connect-ArmSimulator -Simulator $azure
        $checks = Test-MiAccount
        (Get-Check -Checks $checks -Name ResourceManager).Result | Should -Be 'Passed'
        (Get-Check -Checks $checks -Name ResourceManager).Detail | Should -Match ([regex]::Escape($azure.Url))
        (Get-Check -Checks $checks -Name Tls).Result | Should -Be 'Skipped'
        $asked = @(Get-ArmRequest -Simulator $azure)
        $asked | Should -HaveCount 1
        $asked[0].headers.authorization | Should -BeNullOrEmpty
    }

    It 'finds that Azure Resource Manager cannot be reached, which is a failure only where the token is for it' {
        $null = Add-MiEnvironment -Name Gone -ResourceManagerEndpoint 'https://127.0.0.1:9' -ActiveDirectoryServiceEndpointResourceId $Arm -StorageEndpointSuffix 'core.windows.net'
        $null = Connect-MiAccount -SkipValidation -Environment Gone
        $manager = Get-Check -Checks (Test-MiAccount) -Name ResourceManager
        $manager.Result | Should -Be 'Failed'
        $manager.Detail | Should -Match '^https://127\.0\.0\.1:9 cannot be reached: .+\.$'
        $manager.Advice | Should -Match 'HTTPS_PROXY'
        Test-MiAccount -Quiet | Should -BeExactly $false
        (Get-Check -Checks (Test-MiAccount -ResourceUrl 'https://vault.azure.net') -Name ResourceManager).Result | Should -Be 'Warning'
        Test-MiAccount -ResourceUrl 'https://vault.azure.net' -Quiet | Should -BeExactly $true
    }

    It 'changes neither tokens nor contexts nor where their tokens come from' {
        $null = Connect-MiAccount -SkipValidation -ClientId $First.ClientId
        $null = Get-MiAccessToken
        $before = Get-MiTokenCache | Select-Object -Property * | ConvertTo-Json
        $context = Get-MiContext
        $other = Start-Simulator
        $back = Set-TestEnvironment -Variables @{ AZURE_POD_IDENTITY_AUTHORITY_HOST = $other.Url }
        try {
            $source = Get-Check -Checks (Test-MiAccount) -Name Source
            $source.Result | Should -Be 'Warning'
            $source.Detail | Should -Match "$([regex]::Escape($other.Url)).*keeps another source"
            Clear-MiTokenCache
            $null = Get-MiAccessToken
            (Get-SimulatorCount -Url $other.Url).token_requests | Should -Be 1
            Get-MiContext | Should -Be $context
        }
        finally {
            $null = Set-TestEnvironment -Variables $back
            Stop-Simulator -Simulator $other
        }
        $null = Test-MiAccount -ClientId $Second.ClientId
        Get-MiTokenCache | Should -HaveCount 1
    }

    It 'answers True or False with -Quiet' {
        Connect-ArmSimulator -Simulator $azure
        Test-MiAccount -Quiet | Should -BeExactly $true
        Test-MiAccount -Quiet -ClientId $unknown -ErrorAction Stop | Should -BeExactly $false
    }

    It 'refuses what cannot be meant: <What>' -ForEach @(
        @{ What = 'a client id that is none'; Given = @{ ClientId = 'nonsense' } }
        @{ What = 'two ways to name an identity'; Given = @{ ClientId = '20000000-c11e-4000-8000-000000000001'; ObjectId = '20000000-0b1e-4000-8000-000000000001' } }
        @{ What = 'an unknown kind of resource'; Given = @{ ResourceTypeName = 'NoSuchType' } }
        @{ What = 'no resource'; Given = @{ ResourceUrl = ' ' } }
    ) {
        (Get-FailureOf { Test-MiAccount @Given }).FullyQualifiedErrorId | Should -BeExactly 'InvalidArgument,Tollgate.PowerShell.TestMiAccountCommand'
        (Get-SimulatorCount).requests | Should -Be 0
    }

    It 'refuses a time of <_> seconds' -ForEach 0, -1, 86401 {
        (Get-FailureOf { Test-MiAccount -TimeoutSeconds $_ }).FullyQualifiedErrorId | Should -Match '^ParameterArgumentValidationError,'
    }

    It 'warns of a pace that a refusal has slowed' {
        Send-Simulator -Path faults -Json '[{"fault":"throttle"}]'
        $gate = Get-Check -Checks (Test-MiAccount) -Name Gate
        $gate.Result | Should -Be 'Warning'
        $gate.Advice | Should -Not -BeNullOrEmpty
    }

    It 'says what it does to those who ask with -Verbose, and shows no token' {
        $said = Test-MiAccount -Verbose -Debug *>&1 | Out-String -Width 200
        $said | Should -Match ([regex]::Escape($env:AZURE_POD_IDENTITY_AUTHORITY_HOST))
        $said | Should -Not -Match $AnyToken
    }

    It 'shows as a table, with the advice below what was found' {
        $shown = Test-MiAccount -ClientId $unknown | Out-String -Width 200
        $shown | Should -Match '(?m)^Result +Name +Detail'
        $shown | Should -Match '(?m)^Passed +Service +It answers'
        $shown | Should -Match '(?m)^Failed +Identity +The identity with client id .*\.\r?\n +-> Check the id'
    }

    It 'shows a long wait as progress, and takes the bar away' {
        Send-Simulator -Path faults -Json '[{"fault":"throttle","retry_after":"2"}]'
        $session = New-Session
        $null = Invoke-Session -Session $session -Script 'Test-MiAccount'
        $bars = $session.Streams.Progress
        $bars[0].Activity | Should -BeExactly 'Testing management.core.windows.net'
        $bars[$bars.Count - 1].RecordType | Should -Be 'Completed'
        Close-Session -Session $session
    }
}

Describe 'What Test-MiAccount finds in the environment' {
    BeforeEach {
        Reset-Everything
        $before = @{}
    }

    AfterEach {
        $null = Set-TestEnvironment -Variables $before
        $null = Connect-MiAccount -SkipValidation
    }

    It 'is a variable that cannot be meant so: the first check says which, nothing is asked, and nothing is thrown' {
        $skipping = (Test-MiAccount -ClientId $unknown).Name
        $skipping | Should -Be $every
        $before = Set-TestEnvironment -Variables @{ IDENTITY_ENDPOINT = 'nonsense'; IDENTITY_HEADER = 'hush' }
        $checks = Test-MiAccount -ErrorVariable failures -ErrorAction Stop
        $failures.Count | Should -Be 0
        $checks.Name | Should -Be $skipping
        $checks.Result | Should -Be (@('Failed') + @('Skipped') * ($skipping.Count - 1))
        $checks[1..12].Detail | Select-Object -Unique | Should -BeExactly 'Not reached: Source failed.'
        $checks[0].Detail | Should -Match '^IDENTITY_ENDPOINT: .*nonsense.*\.$'
        $checks[0].Advice | Should -Match '^[A-Z].*variable.*\.$'
        Test-MiAccount -Quiet | Should -BeExactly $false
        $checks | Format-List | Out-String | Should -Not -Match 'hush'
    }

    It 'is right again as soon as the variable is' {
        Connect-ArmSimulator -Simulator $azure
        $before = Set-TestEnvironment -Variables @{ AZURE_POD_IDENTITY_AUTHORITY_HOST = 'ftp://127.0.0.1' }
        Test-MiAccount -Quiet | Should -BeExactly $false
        $null = Set-TestEnvironment -Variables $before
        Test-MiAccount -Quiet | Should -BeExactly $true
    }

    It 'is an address where nobody answers, with the variable that names it' {
        $gone = Start-Simulator
        Stop-Simulator -Simulator $gone
        $before = Set-TestEnvironment -Variables @{ AZURE_POD_IDENTITY_AUTHORITY_HOST = $gone.Url }
        $checks = Test-MiAccount
        (Get-Check -Checks $checks -Name Source).Detail | Should -Match 'because of AZURE_POD_IDENTITY_AUTHORITY_HOST'
        (Get-Check -Checks $checks -Name Endpoint).Result | Should -Be 'Failed'
        (Get-Check -Checks $checks -Name Endpoint).Advice | Should -Not -BeNullOrEmpty
    }

    It 'is a login of another tool, which is warned of, left alone, and in nobody''s way' {
        Connect-ArmSimulator -Simulator $azure
        $folder = New-TestFolder
        $before = Set-TestEnvironment -Variables @{ HOME = $folder; USERPROFILE = $folder; AZURE_CONFIG_DIR = $null }
        (Get-Check -Checks (Test-MiAccount) -Name OtherLogins).Result | Should -Be 'Passed'
        $file = (New-Item -Path (Join-Path -Path $folder -ChildPath '.azure/azureProfile.json') -Value 'theirs' -Force).FullName
        $logins = Get-Check -Checks (Test-MiAccount) -Name OtherLogins
        $logins.Result | Should -Be 'Warning'
        $logins.Detail | Should -Match 'azureProfile\.json'
        $logins.Detail | Should -Not -Match 'theirs'
        Test-MiAccount -Quiet | Should -BeExactly $true
        Get-Content -LiteralPath $file | Should -BeExactly 'theirs'
        Remove-Item -LiteralPath $folder -Recurse -Force
    }
}
