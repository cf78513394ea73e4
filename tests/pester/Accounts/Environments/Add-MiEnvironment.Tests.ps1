# Environments of one's own: for this process, in memory, and only where a token can go unread.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../../TollgateTest.psm1"
}

Describe 'Add-MiEnvironment' {
    BeforeEach {
        Reset-Everything
        $name = 'e' + [guid]::NewGuid().ToString('n')
    }

    It 'adds an environment that can be connected to' {
        $added = Add-MiEnvironment -Name $name -ResourceManagerEndpoint 'https://management.contoso.example' -ActiveDirectoryServiceEndpointResourceId $Arm
        $added.ResourceManagerUrl | Should -BeExactly 'https://management.contoso.example/'
        Get-MiEnvironment -Name $name | Should -Be $added
        $connected = Connect-MiAccount -SkipValidation -Environment $name
        $connected.Context.Environment | Should -Be $added
        $connected.Environments[$name] | Should -Be $added
        (Get-MiTokenCache).Resource | Should -BeExactly $Arm
        (TabExpansion2 -inputScript "Connect-MiAccount -Environment $name").CompletionMatches.CompletionText | Should -Be $name
    }

    It 'makes tokens out to the resource manager itself where no audience is given' {
        (Add-MiEnvironment -Name $name -ResourceManagerEndpoint 'https://management.contoso.example').ActiveDirectoryServiceEndpointResourceId |
            Should -BeExactly 'https://management.contoso.example/'
    }

    It 'takes the parameters by the names and positions they have in Az' {
        $given = @{
            PublishSettingsFileUrl = 'https://settings.example'
            ServiceManagementUrl   = 'https://service.example'
            StorageEndpointSuffix  = 'core.contoso.example'
            AdEndpointUrl          = 'https://login.contoso.example'
            GraphUrl               = 'https://graph.contoso.example'
            GraphResourceId        = 'https://graph.audience'
            BatchAudience          = 'https://batch.audience'
            DataLakeResourceId     = 'https://lake.audience'
            OnPremise              = $true
        }
        $added = Add-MiEnvironment -Name $name @given -AzureKeyVaultDnsSuffix vault.contoso.example -AzureKeyVaultServiceEndpointResourceId 'https://vault.audience'
        $added.PublishSettingsFileUrl | Should -BeExactly 'https://settings.example'
        $added.ServiceManagementUrl | Should -BeExactly 'https://service.example'
        $added.StorageEndpointSuffix | Should -BeExactly 'core.contoso.example'
        $added.ActiveDirectoryAuthority | Should -BeExactly 'https://login.contoso.example/'
        $added.GraphUrl | Should -BeExactly 'https://graph.contoso.example/'
        $added.GraphEndpointResourceId | Should -BeExactly 'https://graph.audience'
        $added.BatchEndpointResourceId | Should -BeExactly 'https://batch.audience'
        $added.DataLakeEndpointResourceId | Should -BeExactly 'https://lake.audience'
        $added.AzureKeyVaultDnsSuffix | Should -BeExactly 'vault.contoso.example'
        $added.AzureKeyVaultServiceEndpointResourceId | Should -BeExactly 'https://vault.audience'
        $added.OnPremise | Should -BeTrue
    }

    It 'copies an environment from the pipeline' {
        $copy = Get-MiEnvironment -Name AzureUSGovernment | Add-MiEnvironment -Name $name -StorageEndpoint core.contoso.example
        $copy.Name | Should -BeExactly $name
        $copy.ResourceManagerUrl | Should -BeExactly 'https://management.usgovcloudapi.net/'
        $copy.AzureKeyVaultDnsSuffix | Should -BeExactly 'vault.usgovcloudapi.net'
        $copy.StorageEndpointSuffix | Should -BeExactly 'core.contoso.example'
    }

    It 'replaces one that was added, of which connected contexts know nothing' {
        $null = Add-MiEnvironment -Name $name -ResourceManagerEndpoint 'https://one.example' -ActiveDirectoryServiceEndpointResourceId $Arm
        $null = Connect-MiAccount -SkipValidation -Environment $name
        $null = Add-MiEnvironment -Name $name.ToUpperInvariant() -ResourceManagerEndpoint 'https://two.example'
        (Get-MiEnvironment -Name $name).ResourceManagerUrl | Should -BeExactly 'https://two.example/'
        (Get-MiContext).Environment.ResourceManagerUrl | Should -BeExactly 'https://one.example/'
    }

    It 'refuses the name <_>, which is always there' -ForEach 'AzureCloud', 'azurechinacloud', 'AzureUSGovernment' {
        $before = Get-MiEnvironment -Name $_
        $failure = Get-FailureOf { Add-MiEnvironment -Name $_ -ResourceManagerEndpoint 'https://evil.example' }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'InvalidArgument,Tollgate.PowerShell.AddMiEnvironmentCommand'
        Get-MiEnvironment -Name $_ | Should -Be $before
    }

    It 'takes the address <_>' -ForEach @(
        'https://contoso.example', 'https://contoso.example:8443/arm/', 'http://127.0.0.1', 'http://127.8.9.10:8080/', 'http://[::1]:8080', 'http://localhost:8080'
    ) {
        (Add-MiEnvironment -Name $name -ResourceManagerEndpoint $_).ResourceManagerUrl | Should -Match ([regex]::Escape($_))
    }

    It 'refuses the address <_>' -ForEach @(
        'http://contoso.example', 'http://10.0.0.1', 'http://127.0.0.1.contoso.example', 'http://localhost.contoso.example', 'http://[::2]',
        'ftp://127.0.0.1', 'file:///tmp', 'contoso.example', 'https://contoso.example?x=y', 'https://contoso.example#x', 'https://hunter2@contoso.example',
        'https://@contoso.example', 'https://'
    ) {
        foreach ($parameter in 'ResourceManagerEndpoint', 'ActiveDirectoryEndpoint', 'GraphEndpoint', 'MicrosoftGraphUrl', 'AzureOperationalInsightsEndpoint') {
            $address = @{ $parameter = $_ }
            $failure = Get-FailureOf { Add-MiEnvironment -Name $name @address }
            $failure.FullyQualifiedErrorId | Should -BeExactly 'InvalidArgument,Tollgate.PowerShell.AddMiEnvironmentCommand'
            $failure.Exception.Field | Should -BeExactly $parameter
            $failure | Out-String | Should -Not -Match 'hunter2'
        }
        Get-MiEnvironment | Where-Object -Property Name -EQ -Value $name | Should -BeNullOrEmpty
    }

    It 'refuses the end of host names <_>' -ForEach 'https://vault.example', 'vault.example/x', '*.vault.example', 'a b', 'vault.example:443' {
        (Get-FailureOf { Add-MiEnvironment -Name $name -AzureKeyVaultDnsSuffix $_ }).Exception.Field | Should -BeExactly 'AzureKeyVaultDnsSuffix'
    }

    It 'is asked for its address of Azure Resource Manager only where that is needed' {
        $null = Add-MiEnvironment -Name $name -ActiveDirectoryServiceEndpointResourceId $Arm
        $failure = Get-FailureOf { Connect-MiAccount -Environment $name }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'InvalidArgument,Tollgate.PowerShell.ConnectMiAccountCommand'
        $failure.Exception.Message | Should -Match "the environment $name has no address of Azure Resource Manager.*-ResourceManagerEndpoint"
        (Connect-MiAccount -Environment $name -SkipValidation).Context.Environment.Name | Should -BeExactly $name
        Clear-MiContext
    }

    It 'changes nothing with -WhatIf and refuses -Scope CurrentUser' {
        Add-MiEnvironment -Name $name -WhatIf | Should -BeNullOrEmpty
        (Get-FailureOf { Add-MiEnvironment -Name $name -Scope CurrentUser }).FullyQualifiedErrorId |
            Should -BeExactly 'PersistenceNotSupported,Tollgate.PowerShell.AddMiEnvironmentCommand'
        Get-MiEnvironment | Where-Object -Property Name -EQ -Value $name | Should -BeNullOrEmpty
    }

    It 'is there for the session that added it, and for no other' {
        $names = 1..40 | ForEach-Object -Process { "$name$_" }
        $sessions = 1..4 | ForEach-Object -Process { New-Session }
        try {
            $running = for ($number = 0; $number -lt 4; $number++) {
                $mine = ($names | Where-Object -FilterScript { [array]::IndexOf($names, $_) % 4 -eq $number }) -join "','"
                $sessions[$number].Commands.Clear()
                $null = $sessions[$number].AddScript("'$mine' | ForEach-Object -Process { `$null = Add-MiEnvironment -Name `$_ }")
                @{ Session = $sessions[$number]; Wait = $sessions[$number].BeginInvoke() }
            }
            foreach ($one in $running) { $null = $one.Session.EndInvoke($one.Wait) }
            for ($number = 0; $number -lt 4; $number++) {
                $known = Invoke-Session -Session $sessions[$number] -Script '(Get-MiEnvironment).Name'
                $known | Where-Object -FilterScript { $_ -in $names } | Sort-Object |
                    Should -Be ($names | Where-Object -FilterScript { [array]::IndexOf($names, $_) % 4 -eq $number } | Sort-Object)
            }
            (Get-MiEnvironment).Name | Where-Object -FilterScript { $_ -in $names } | Should -BeNullOrEmpty
        }
        finally {
            $sessions | ForEach-Object -Process { Close-Session -Session $_ }
        }
    }
}
