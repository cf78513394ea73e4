# Subscriptions of one name: which of them is taken, and what is said when that is not clear.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
    $azure = Start-ArmSimulator

    function Get-AskedPath {
        (Get-ArmRequest -Simulator $azure).path
    }
}

AfterAll {
    Stop-Simulator -Simulator $azure
}

Describe 'Subscriptions of one name' {
    BeforeAll {
        function Set-Namesake {
            param([string[]] $State)
            $described = @($State | ForEach-Object -Process { @{ name = 'Shared'; state = $_ } })
            $content = @{ subscriptions = $State.Count; pageSize = 1; described = $described }
            Send-Simulator -Path content -Url $azure.Url -Json (ConvertTo-Json -InputObject $content -Depth 3)
        }

        function Get-NumberedId {
            param([int] $Number)
            $Subscription.Substring(0, 24) + $Number.ToString('d12')
        }
    }

    BeforeEach {
        Reset-Everything
        Reset-ArmSimulator -Simulator $azure
    }

    It 'give the active one every time, whatever the session used before' {
        Set-Namesake -State 'Disabled', 'Deleted', 'Enabled', 'PastDue'
        (Connect-MiAccount -Environment Sim -Subscription Shared).Context.Subscription.Id | Should -BeExactly (Get-NumberedId -Number 3)
        foreach ($before in 1, 3, 4, 2) {
            $null = Set-MiContext -Subscription (Get-NumberedId -Number $before) -WarningAction SilentlyContinue
            Clear-ArmRequest -Simulator $azure
            $taken = (Set-MiContext -Subscription ' shared ' -WarningVariable warnings).Subscription
            $taken.Id | Should -BeExactly (Get-NumberedId -Number 3)
            $warnings | Should -BeNullOrEmpty
            # One a page, and one more that is called otherwise.
            Get-AskedPath | Should -HaveCount 5
        }
    }

    It 'are an error that lists the ids when several are <What>' -ForEach @(
        @{ What = 'active'; States = 'Enabled', 'Disabled', 'Warned'; Listed = 1, 3 }
        @{ What = 'the best there are'; States = 'Disabled', 'PastDue'; Listed = 1, 2 }
    ) {
        Set-Namesake -State $States
        $null = Connect-MiAccount -Environment Sim -Subscription (Get-NumberedId -Number 1) -WarningAction SilentlyContinue
        $before = Get-MiContext
        foreach ($call in { Set-MiContext -Subscription Shared }, { Connect-MiAccount -Environment Sim -Subscription Shared }) {
            $failure = Get-FailureOf $call
            $failure.FullyQualifiedErrorId | Should -Match '^InvalidArgument,'
            foreach ($number in 1..$States.Count) {
                $shown = $failure.Exception.Message.Contains("$(Get-NumberedId -Number $number) ($($States[$number - 1]))")
                $shown | Should -Be ($number -in $Listed)
            }
            Get-MiContext | Should -Be $before
        }
    }

    It 'warn when the only one is not active' {
        Set-Namesake -State 'Disabled'
        $null = Connect-MiAccount -Environment Sim -SkipValidation
        (Set-MiContext -Subscription Shared -WarningVariable warnings 3> $null).Subscription.State | Should -BeExactly 'Disabled'
        $warnings[0].Message | Should -BeExactly "Selected subscription is in 'Disabled' state."
    }

    It 'are all listed by Get-MiSubscription' {
        Set-Namesake -State 'Disabled', 'Enabled', 'Enabled'
        $null = Connect-MiAccount -Environment Sim -SkipValidation
        (Get-MiSubscription -SubscriptionName Shared).State | Should -Be 'Disabled', 'Enabled', 'Enabled'
    }
}
