# A parameter that is given null, empty or blank is an error that names it: never its default, never everything. All parameters of all
# commands are walked over, so that a new one is held to it as well.
BeforeDiscovery {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
    Import-Module -Name $AzManifest
    $commands = Get-Command -Module Tollgate, Tollgate.Az -CommandType Cmdlet, Alias | ForEach-Object -MemberName Name
}

BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
    Import-Module -Name $AzManifest
    $azure = Start-ArmSimulator

    # Content and data, which select nothing.
    $mayBeEmpty = @{
        'Add-MiEnvironment'   = { $_ -notin 'Name', 'DefaultProfile' } # What a cloud has where; no cloud has everything.
        'Invoke-MiRestMethod' = { $_ -in 'Payload', 'Headers' }        # What is sent.
        'Set-MiContext'       = { $_ -eq 'ExtendedProperty' }          # What is kept beside.
    }

    # Values that can be nothing, for each type.
    $nothings = @{
        'System.String'   = $null, '', "  `r`n"
        'System.String[]' = $null, @(), @(''), @('a', ' ')
        'System.Uri'      = $null, ''
    }

    # What else the call needs, so that it is refused for the one parameter.
    function Get-Something {
        param($Parameter)
        switch ($Parameter.ParameterType.Name) {
            'MiContext' { Get-MiContext }
            'MiSubscription' { (Get-MiContext).Subscription }
            'MiTenant' { (Get-MiContext).Tenant }
            'MiAccount' { (Get-MiContext).Account }
            'Uri' { 'https://management.azure.com/' }
            'Hashtable' { @{ name = 'value' } }
            'SwitchParameter' { $true }
            default { 'something' }
        }
    }

    # The parameters that can be given nothing, each with the others that its set needs.
    function Get-Selecting {
        param([string] $Name)
        $command = Get-Command -Name $Name
        if ($command.CommandType -eq 'Alias') { $command = $command.ResolvedCommand }
        $exceptions = $mayBeEmpty[$command.Name]
        $common = [System.Management.Automation.Internal.CommonParameters], [System.Management.Automation.Internal.ShouldProcessParameters] | ForEach-Object -MemberName GetProperties
        foreach ($set in $command.ParameterSets) {
            foreach ($parameter in $set.Parameters) {
                $type = $parameter.ParameterType
                if ($parameter.Name -in $common.Name -or $type.IsValueType -or ($exceptions -and ($parameter.Name | Where-Object -FilterScript $exceptions))) { continue }
                $others = @{}
                foreach ($other in $set.Parameters) {
                    if ($other.IsMandatory -and $other.Name -ne $parameter.Name) { $others[$other.Name] = Get-Something -Parameter $other }
                }
                # Without it Azure PowerShell logs a person in.
                if ($Name -match 'AzAccount$' -and $set.Name -eq 'ManagedServiceLogin') { $others.Identity = $true }
                @{ Parameter = $parameter; Others = $others; Values = $(if ($nothings.ContainsKey($type.FullName)) { , $nothings[$type.FullName] } elseif ([System.Collections.IDictionary].IsAssignableFrom($type)) { , @($null, @{}, @{ '' = '' }, @{ '  ' = 'value'; name = 'value' }) } else { , @($null) }) }
            }
        }
    }

    function Show-Value {
        param($Value)
        if ($null -eq $Value) { 'null' } else { ConvertTo-Json -InputObject $Value -Compress }
    }

    # What a refusal must not be, or nothing when it is right. PowerShell's own checks may speak first.
    function Get-Complaint {
        param($Failure, [string] $Parameter)
        if ($null -eq $Failure) { 'is taken' }
        elseif ($Failure.FullyQualifiedErrorId -notmatch '^(InvalidArgument|ParameterArgumentValidationError\w*|ParameterArgumentTransformationError),') { "is $($Failure.FullyQualifiedErrorId)" }
        elseif ($Failure.Exception.Message -notmatch "\b($Parameter)\b") { "is refused without its name: $($Failure.Exception.Message)" }
    }
}

AfterAll {
    Stop-Simulator -Simulator $azure
    Remove-Module -Name Tollgate.Az
}

Describe 'A parameter that is given nothing' {
    BeforeEach {
        Reset-Everything
        Connect-ArmSimulator -Simulator $azure
    }

    It 'is refused by name, whatever the command: <_>' -ForEach $commands {
        $name = $_
        $complaints = foreach ($case in Get-Selecting -Name $name) {
            foreach ($value in $case.Values) {
                $given = $case.Others + @{ $case.Parameter.Name = $value }
                $failure = Get-FailureOf { & $name @given -WarningAction SilentlyContinue -Confirm:$false }
                if ($failure.FullyQualifiedErrorId -match '^NamedParameterNotFound') { $failure = Get-FailureOf { & $name @given -WarningAction SilentlyContinue } }
                $complaint = Get-Complaint -Failure $failure -Parameter $case.Parameter.Name
                if ($complaint) { "-$($case.Parameter.Name) $(Show-Value -Value $value) $complaint" }
            }
        }
        $complaints | Should -BeNullOrEmpty
        Get-ArmRequest -Simulator $azure | Should -BeNullOrEmpty
    }

    It 'is refused by name when it comes as a property of an object: <_>' -ForEach $commands {
        $name = $_
        # An object whose property PowerShell does not bind, being null, it gives as a text to the parameter that takes texts.
        $byValue = (Get-Command -Name $name).Parameters.Values | Where-Object -FilterScript { $_.ParameterType -eq [string] -and $_.Attributes.ValueFromPipeline }
        $complaints = foreach ($case in Get-Selecting -Name $name | Where-Object -FilterScript { $_.Parameter.ValueFromPipelineByPropertyName }) {
            $others = $case.Others
            foreach ($value in $case.Values) {
                foreach ($property in @($case.Parameter.Name) + $case.Parameter.Aliases) {
                    $failure = Get-FailureOf { [pscustomobject] @{ $property = $value } | & $name @others -ErrorAction Stop -WarningAction SilentlyContinue }
                    $complaint = Get-Complaint -Failure $failure -Parameter (@($case.Parameter.Name) + @($byValue).Name -ne '' -join '|')
                    if ($complaint) { "$property $(Show-Value -Value $value) $complaint" }
                }
            }
        }
        $complaints | Should -BeNullOrEmpty
        Get-ArmRequest -Simulator $azure | Should -BeNullOrEmpty
    }

    It 'is refused by name when it comes from $PSDefaultParameterValues: <_>' -ForEach $commands {
        $name = $_
        # With a value that cannot be bound PowerShell would warn, and run the command without it.
        $cmdlet = Get-Command -Name $name
        if ($cmdlet.CommandType -eq 'Alias') { $cmdlet = $cmdlet.ResolvedCommand }
        # A word of a closed list is PowerShell's to refuse, and selects nothing.
        $optional = { -not $_.Parameter.IsMandatory -and $_.Parameter.Attributes.TypeId -notcontains [System.Management.Automation.ValidateSetAttribute] }
        $complaints = foreach ($case in Get-Selecting -Name $name | Where-Object -FilterScript $optional) {
            $others = $case.Others
            foreach ($value in $case.Values) {
                $PSDefaultParameterValues = @{ "$($cmdlet.Name):$($case.Parameter.Name)" = $value }
                $failure = Get-FailureOf { & $name @others -ErrorAction Stop -WarningAction SilentlyContinue }
                $PSDefaultParameterValues = @{}
                $complaint = Get-Complaint -Failure $failure -Parameter $case.Parameter.Name
                if ($complaint) { "-$($case.Parameter.Name) $(Show-Value -Value $value) $complaint" }
            }
        }
        $complaints | Should -BeNullOrEmpty
        Get-ArmRequest -Simulator $azure | Should -BeNullOrEmpty
    }

    It 'is an error record, and nothing else happens, where the call says what is to become of errors' {
        $connected = Connect-MiAccount -ClientId $noSuchVariable -ErrorAction SilentlyContinue -ErrorVariable failure
        $connected | Should -BeNullOrEmpty
        $failure.FullyQualifiedErrorId | Should -BeExactly 'InvalidArgument,Tollgate.PowerShell.ConnectMiAccountCommand'
        $failure.Exception.Field | Should -BeExactly 'ClientId'
        (Get-MiContext).Subscription.Id | Should -BeExactly $Subscription
    }

    It 'may be content' {
        (Invoke-MiRestMethod -Path '/subscriptions?api-version=2022-12-01' -Payload $null -Headers $null).StatusCode | Should -Be 200
        (Set-MiContext -Context (Get-MiContext) -ExtendedProperty $null).Subscription.Id | Should -BeExactly $Subscription
        (Add-MiEnvironment -Name Empty -ResourceManagerEndpoint '' -GraphEndpoint $null).Name | Should -BeExactly 'Empty'
    }
}

Describe 'Spaces and line ends around an id' {
    BeforeEach {
        Reset-Everything
    }

    It 'make no second account, context or token' {
        $plain = (Connect-MiAccount -SkipValidation -ClientId $First.ClientId -Tenant $Tenant -Subscription $Subscription -ContextName work).Context
        $spaced = (Connect-MiAccount -SkipValidation -ClientId " $($First.ClientId)`r`n" -Tenant "$Tenant`n" -Subscription "`t$Subscription " -ContextName ' work ' -Force).Context
        $spaced.Account.Id | Should -BeExactly $plain.Account.Id
        $spaced.Tenant.Id | Should -BeExactly $Tenant
        $spaced.Subscription.Id | Should -BeExactly $Subscription
        @(Get-MiContext -ListAvailable) | Should -HaveCount 1
        $null = Get-MiAccessToken -ResourceUrl "$Arm "
        @(Get-MiTokenCache) | Should -HaveCount 1
        (Get-SimulatorCount).token_requests | Should -Be 1
        (Disconnect-MiAccount -Username "$($First.ClientId)`n").Id | Should -BeExactly $First.ClientId
        Get-MiContext | Should -BeNullOrEmpty
    }

    It 'make no second one by the name <Parameter>' -ForEach @(
        @{ Parameter = 'AccountId'; Form = 'ClientId' }
        @{ Parameter = 'ObjectId'; Form = 'ObjectId' }
        @{ Parameter = 'ResourceId'; Form = 'ResourceId' }
    ) {
        foreach ($id in $First[$Form], " $($First[$Form])`r`n") {
            $named = @{ $Parameter = $id }
            (Connect-MiAccount -SkipValidation @named).Context.Account.Id | Should -BeExactly $First[$Form]
        }
        @(Get-MiContext -ListAvailable) | Should -HaveCount 1
        @(Get-MiTokenCache) | Should -HaveCount 1
        Test-MiAccount @named -ResourceTypeName Storage -Quiet | Should -BeTrue
        (Get-SimulatorCount).token_requests | Should -BeLessOrEqual 2
    }
}

Describe 'Spaces and line ends in the names of what Azure lists' {
    BeforeEach {
        Reset-Everything
        Connect-ArmSimulator -Simulator $azure
    }

    It 'are no part of them' {
        @(Get-MiSubscription -SubscriptionId "$Subscription`r`n").Id | Should -BeExactly $Subscription
        (Get-MiResourceGroup -Name " rg-test-16`n").ResourceGroupName | Should -BeExactly 'rg-test-16'
        (Invoke-MiRestMethod -SubscriptionId " $Subscription" -ResourceProviderName Microsoft.Compute -ResourceType "virtualMachines`n" -ApiVersion '2024-07-01').StatusCode | Should -Be 200
    }
}

Describe 'Objects of a pipeline' {
    BeforeEach {
        Reset-Everything
        Connect-ArmSimulator -Simulator $azure
    }

    It 'have no parameters of the objects before them' {
        $found = [pscustomobject] @{ ResourceGroupName = ' rg-test-16 '; Name = ' vm-db-1 ' }, [pscustomobject] @{ ResourceGroupName = 'rg-test-16' } | Get-MiVM
        $found | Should -HaveCount 3
        @($found.Name | Sort-Object) | Should -Be 'Vm-App-1', 'vm-db-1', 'vm-db-1'
    }

    It 'are not refused for what an object before them lacks' {
        $objects = [pscustomobject] @{ Name = '  ' }, [pscustomobject] @{ Name = 'rg-test-16' }, [pscustomobject] @{ Id = "/subscriptions/$Subscription/resourceGroups/rg-web" }
        $found = $objects | Get-MiResourceGroup -ErrorAction SilentlyContinue -ErrorVariable failures
        $found.ResourceGroupName | Should -Be 'rg-test-16', 'rg-web'
        @($failures.FullyQualifiedErrorId) -match '^InvalidArgument,' | Should -HaveCount 1
    }

    It 'are told apart in their jobs: <What>' -ForEach @(
        @{ What = 'another parameter'; First = 'SubscriptionId'; Second = 'TenantId'; Expected = 'every' }
        @{ What = 'another parameter set'; First = 'SubscriptionId'; Second = 'SubscriptionName'; Expected = 'one' }
    ) {
        $every = @(Get-MiSubscription)
        $values = @{ SubscriptionId = " $Subscription "; TenantId = $Tenant; SubscriptionName = $every[1].Name }
        $jobs = @([pscustomobject] @{ $First = $values[$First] }, [pscustomobject] @{ $Second = $values[$Second] } | Get-MiSubscription -AsJob)
        $jobs | Should -HaveCount 2
        (Receive-Job -Job $jobs[0] -Wait).Id | Should -BeExactly $Subscription
        $expected = if ($Expected -eq 'every') { $every.Id } else { $every[1].Id }
        (Receive-Job -Job $jobs[1] -Wait).Id | Should -Be $expected
        Remove-Job -Job $jobs
    }
}
