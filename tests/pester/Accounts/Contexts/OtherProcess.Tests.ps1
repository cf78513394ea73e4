# A context that is handed to another process, and one that comes back: what scripts read of it is there, and it can be used there.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../../TollgateTest.psm1"
    $azure = Start-ArmSimulator

    # A script in a job, whose $using: variables are this test's. It says what it says.
    function Invoke-InJob {
        param([scriptblock] $Script, [hashtable] $Given = @{})
        $text = "param(`$Given) Import-Module -Name '$Manifest'; $Script"
        Start-Job -ArgumentList $Given -ScriptBlock ([scriptblock]::Create($text)) | Receive-WholeJob
    }
}

AfterAll {
    Stop-Simulator -Simulator $azure
}

Describe 'A context on its way to another process' {
    BeforeEach {
        Reset-Everything
        $context = (Connect-MiAccount -SkipValidation -ClientId $First.ClientId -Tenant $Tenant -Subscription $Subscription).Context
    }

    It 'is one there, when a job is given it' {
        $job = Start-Job -ArgumentList $context -ScriptBlock ([scriptblock]::Create(@"
param(`$Given)
Import-Module -Name '$Manifest'
'before: ' + (Get-MiContext)
(Get-MiAccessToken -DefaultProfile `$Given).UserId
`$chosen = Set-MiContext -Context `$Given
`$chosen.Name, `$chosen.Account.Id, `$chosen.Tenant.Id, `$chosen.Subscription.Id, `$chosen.Environment.Name
"@))
        $said = $job | Receive-WholeJob
        $said | Should -Be 'before: ', $First.ClientId, $context.Name, $First.ClientId, $Tenant, $Subscription, 'AzureCloud'
    }

    It 'is one again when it is read from a file that somebody wrote on purpose' {
        $file = Join-Path -Path $TestDrive -ChildPath 'context.xml'
        $context | Export-Clixml -Path $file
        Clear-MiContext
        $read = Import-Clixml -Path $file | Set-MiContext
        $read.Subscription.Id | Should -BeExactly $Subscription
        (Get-MiAccessToken).UserId | Should -BeExactly $First.ClientId
        Get-Content -Path $file -Raw | Should -Not -Match $AnyToken
    }

    It 'is refused when it is another thing, or of an environment that is not known here' {
        (Get-FailureOf { Set-MiContext -Context ([pscustomobject] @{ Account = 'a' }) }).FullyQualifiedErrorId | Should -Match '^CannotConvertArgumentNoMessage,'
        $null = Add-MiEnvironment -Name Private -ResourceManagerEndpoint 'https://arm.contoso.example'
        $private = (Connect-MiAccount -SkipValidation -Environment Private).Context
        $said = Start-Job -ArgumentList $private -ScriptBlock ([scriptblock]::Create("param(`$Given) Import-Module -Name '$Manifest'; try { Set-MiContext -Context `$Given } catch { `$_.Exception.Message }")) |
            Receive-WholeJob
        $said | Should -Match "Unable to find environment with name 'Private'"
    }
}

Describe 'What scripts read of a context' {
    BeforeAll {
        Reset-Everything
        Connect-ArmSimulator -Simulator $azure
        $connected = Connect-MiAccount -Environment Sim -ClientId $First.ClientId -Subscription $Subscription
        $context = Set-MiContext -Context $connected.Context -ExtendedProperty @{ Stage = 'test' }
        # One line for each thing that is read.
        $reading = {
            $Given.Name, $Given.Account.Id, $Given.Account.Type, $Given.Account.IdType, "$($Given.Account.Tenants)",
            $Given.Subscription.Id, $Given.Subscription.Name, $Given.Subscription.State, $Given.Subscription.TenantId, "$($Given.Subscription.ManagedByTenantIds)", "$($Given.Subscription.Tags.Keys)",
            $Given.Subscription.SubscriptionPolicies.SpendingLimit,
            $Given.Tenant.Id, $Given.Tenant.Name, "$($Given.Tenant.Domains)",
            $Given.Environment.Name, $Given.Environment.ResourceManagerUrl, $Given.Environment.StorageEndpointSuffix,
            $Given.ExtendedProperties['Stage']
        }
        function Read-Here { param($Given) . ([scriptblock]::Create($reading)) }
    }

    It 'is in a job what it is here' {
        $here = Read-Here -Given $context
        @($here -ne '').Count | Should -BeGreaterThan 12
        Start-Job -ScriptBlock ([scriptblock]::Create("`$Given = `$using:context; $reading")) | Receive-WholeJob | Should -Be $here
    }

    It 'is in a job what it is here, in a profile' {
        $here = Read-Here -Given $connected.Context
        Start-Job -ScriptBlock ([scriptblock]::Create("`$Given = (`$using:connected).Context; $reading; (`$using:connected).Environments['Sim'].ResourceManagerUrl")) | Receive-WholeJob |
            Should -Be ($here + $connected.Environments['Sim'].ResourceManagerUrl)
    }

    It 'is here what it was in a job' {
        $given = @{ Url = $azure.Url; Audience = $Arm; Id = $First.ClientId; Subscription = $Subscription }
        $back, $contextBack = Invoke-InJob -Given $given -Script {
            $null = Add-MiEnvironment -Name Sim -ResourceManagerEndpoint $Given.Url -ActiveDirectoryServiceEndpointResourceId $Given.Audience
            Connect-MiAccount -Environment Sim -ClientId $Given.Id -Subscription $Given.Subscription
            Get-MiContext
        }
        Read-Here -Given $back.Context | Should -Be (Read-Here -Given $connected.Context)
        Read-Here -Given $contextBack | Should -Be (Read-Here -Given $connected.Context)
        (Get-MiAccessToken -DefaultProfile $back).UserId | Should -BeExactly $First.ClientId
    }

    It 'is there of its parts, and of what Azure lists' {
        $parts = @{ Subscription = $context.Subscription; Tenant = $context.Tenant; Account = $context.Account; Machine = Get-MiVM -ResourceGroupName rg-test-16 -Name vm-app-1 }
        $said = Invoke-InJob -Given $parts -Script { $Given.Subscription.SubscriptionPolicies.SpendingLimit; "$($Given.Account.Tenants)"; "$($Given.Tenant.Domains)"; $Given.Machine.StorageProfile.OsDisk.Name }
        $said | Should -Be $context.Subscription.SubscriptionPolicies.SpendingLimit, "$($context.Account.Tenants)", "$($context.Tenant.Domains)", $parts.Machine.StorageProfile.OsDisk.Name
    }
}

Describe 'A context that is used in another process' {
    BeforeEach {
        Reset-Everything
    }

    It 'is of the identity it was, given by <Name>' -ForEach @(
        @{ Name = 'ClientId'; By = 'ClientId' }
        @{ Name = 'ObjectId'; By = 'ObjectId' }
        @{ Name = 'ResourceId'; By = 'ResourceId' }
        @{ Name = 'AccountId'; By = 'ClientId' }
        @{ Name = 'AccountId'; By = 'ResourceId' }
        @{ Name = 'nothing'; By = '' }
    ) {
        $named = @{}
        if ($By) { $named[$Name] = $First[$By] }
        $connected = Connect-MiAccount -SkipValidation -Subscription $Subscription @named
        $said = Invoke-InJob -Given @{ Profile = $connected; Context = $connected.Context } -Script {
            foreach ($given in $Given.Profile, $Given.Context) {
                (Get-MiAccessToken -DefaultProfile $given).UserId
                (Get-MiContext -DefaultProfile $given).Account.IdType
                (Get-MiContext -DefaultProfile $given).Name
            }
        }
        $type = if ($By) { $Name }
        $once = $connected.Context.Account.Id, $type, $connected.Context.Name
        $said | Should -Be ($once + $once)
    }

    It 'is refused when a profile has come as a text' {
        $failure = Get-FailureOf { Get-MiAccessToken -DefaultProfile ([pscustomobject] @{ PSTypeName = 'Deserialized.Tollgate.PowerShell.MiProfile'; Context = 'text' }) }
        $failure.FullyQualifiedErrorId | Should -Match '^CannotConvertArgumentNoMessage,'
    }

    It 'has subscriptions, tenants and accounts that are taken there too' {
        $context = (Connect-MiAccount -SkipValidation -ObjectId $First.ObjectId -Tenant $Tenant -Subscription $Subscription).Context
        $given = @{ Context = $context; Subscription = $context.Subscription; Tenant = $context.Tenant; Account = $context.Account }
        $said = Invoke-InJob -Given $given -Script {
            $null = Set-MiContext -Context $Given.Context
            (Set-MiContext -SubscriptionObject $Given.Subscription).Subscription.Id
            (Set-MiContext -TenantObject $Given.Tenant).Tenant.Id
            (Disconnect-MiAccount -InputObject $Given.Account).Id
            "$(Get-MiContext)"
        }
        $said | Should -Be $Subscription, $Tenant, $First.ObjectId, ''
    }
}
