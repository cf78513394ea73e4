# Connected means usable: what Azure Resource Manager says when a session connects, and what later commands say where it could not be
# reached at all.
BeforeDiscovery {
    # The system alone decides there whom to trust.
    $onWindows = [System.Environment]::OSVersion.Platform -eq 'Win32NT'
}

BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
    $azure = Start-ArmSimulator
    $second = 'b0000000-5b5c-4000-8000-000000000002'
}

AfterAll {
    Stop-Simulator -Simulator $azure
}

Describe 'Connect-MiAccount where Azure Resource Manager answers' {
    BeforeEach {
        Reset-Everything
        Reset-ArmSimulator -Simulator $azure
        Clear-ArmRequest -Simulator $azure
    }

    It 'waits out a 429, a 408 and two 5xx, and is usable then' {
        Set-ArmFault -Simulator $azure -Next '{"status":429,"retryAfter":"0"},{"status":408,"retryAfter":"0"},{"status":503,"retryAfter":"0"},{"status":500,"retryAfter":"0"}'
        $null = Connect-MiAccount -Environment Sim -WarningAction SilentlyContinue
        (Get-MiContext).Subscription.Id | Should -BeExactly $Subscription
        Get-MiResourceGroup -Name rg-web | Should -HaveCount 1
    }

    It 'fails with <Id> when a <Status> goes on, and connects nobody' -ForEach @(
        @{ Status = 429; Id = 'Throttled' }
        @{ Status = 503; Id = 'ServiceUnavailable' }
    ) {
        Set-ArmFault -Simulator $azure -Next "{`"status`":$Status,`"retryAfter`":`"0`",`"count`":5}"
        $failure = Get-FailureOf { Connect-MiAccount -Environment Sim }
        $failure.FullyQualifiedErrorId | Should -BeExactly "$Id,Tollgate.PowerShell.ConnectMiAccountCommand"
        Get-MiContext | Should -BeNullOrEmpty
        Get-ArmRequest -Simulator $azure | Should -HaveCount 5
    }

    It 'fails at once with <Id> for a <Status>' -ForEach @(
        @{ Status = 400; Id = 'Refused' }
        @{ Status = 401; Id = 'Refused' }
        @{ Status = 403; Id = 'AccessDenied' }
        @{ Status = 404; Id = 'ResourceNotFound' }
    ) {
        Set-ArmFault -Simulator $azure -Next "{`"status`":$Status,`"code`":`"Planned`",`"message`":`"It is so.`"}"
        $failure = Get-FailureOf { Connect-MiAccount -Environment Sim }
        $failure.FullyQualifiedErrorId | Should -BeExactly "$Id,Tollgate.PowerShell.ConnectMiAccountCommand"
        $failure.Exception.Message | Should -Match 'It is so'
        Get-MiContext | Should -BeNullOrEmpty
        Get-ArmRequest -Simulator $azure | Should -HaveCount 1
    }

    It 'goes on with a new token where the first was revoked' {
        Set-ArmFault -Simulator $azure -Next '{"claims":true}'
        (Connect-MiAccount -Environment Sim -WarningAction SilentlyContinue).Context.Subscription.Id | Should -BeExactly $Subscription
        (Get-SimulatorCount).token_requests | Should -Be 2
    }

    It 'warns when only the list of the others fails' {
        Set-ArmFault -Simulator $azure -Next '{"pass":true},{"status":403}'
        $context = (Connect-MiAccount -Environment Sim -Subscription $second -WarningVariable warnings 3> $null).Context
        $context.Subscription.Id | Should -BeExactly $second
        $warnings | Should -HaveCount 1
        $warnings[0].Message | Should -Match '^the other subscriptions could not be looked up'
    }

    It 'connects twelve processes against twenty-four refusals that ask for a second' {
        $script = Join-Path -Path $TestDrive -ChildPath 'connect.ps1'
        # Ready, with a token in memory, it waits for the word to connect: those who come early and alone would meet the refusals alone.
        Set-Content -Path $script -Encoding Ascii -Value @"
Import-Module -Name '$Manifest'
`$null = Add-MiEnvironment -Name Sim -ResourceManagerEndpoint '$($azure.Url)' -ActiveDirectoryServiceEndpointResourceId '$Arm'
`$null = Connect-MiAccount -Environment Sim -SkipValidation
Clear-MiContext
'ready'
`$null = [Console]::In.ReadLine()
`$null = Connect-MiAccount -Environment Sim -WarningAction SilentlyContinue
'connected to ' + (Get-MiContext).Subscription.Id
"@
        $shells = 1..12 | ForEach-Object -Process {
            $start = [System.Diagnostics.ProcessStartInfo]::new([System.Diagnostics.Process]::GetCurrentProcess().MainModule.FileName)
            $start.Arguments = "-NoProfile -NonInteractive -ExecutionPolicy Bypass -File `"$script`""
            $start.RedirectStandardInput = $true
            $start.RedirectStandardOutput = $true
            $start.UseShellExecute = $false
            [System.Diagnostics.Process]::Start($start)
        }
        $shells | ForEach-Object -Process { $_.StandardOutput.ReadLine() } | Should -Be (@('ready') * 12)
        Set-ArmFault -Simulator $azure -Next '{"status":429,"retryAfter":"1","count":24}'
        $shells | ForEach-Object -Process { $_.StandardInput.WriteLine() }
        $said = $shells | ForEach-Object -Process { $_.StandardOutput.ReadToEnd().Trim(); $_.WaitForExit() }
        $said | Should -Be (@("connected to $Subscription") * 12)
        @(Get-ArmRequest -Simulator $azure | Where-Object -Property status -EQ -Value 429) | Should -HaveCount 24
    }
}

Describe 'A context without a subscription, because Azure Resource Manager could not be reached' {
    BeforeAll {
        Reset-Everything
        $null = Add-MiEnvironment -Name Nowhere -ResourceManagerEndpoint 'http://127.0.0.1:9' -ActiveDirectoryServiceEndpointResourceId $Arm
        $null = Connect-MiAccount -Environment Nowhere -WarningAction SilentlyContinue
        $connected = Get-MiContext
    }

    BeforeEach {
        $null = Set-MiContext -Context $connected
    }

    It 'makes <Command> quote the reason and not blame the credentials' -ForEach @(
        @{ Command = 'Get-MiResource'; Call = { Get-MiResource -ErrorAction Stop } }
        @{ Command = 'Get-MiResourceGroup'; Call = { Get-MiResourceGroup -ErrorAction Stop } }
        @{ Command = 'Get-MiVM'; Call = { Get-MiVM -ErrorAction Stop } }
    ) {
        $failure = Get-FailureOf $Call
        $failure.FullyQualifiedErrorId | Should -Match '^SubscriptionNotFound,'
        $failure.Exception.Message | Should -Match '^No subscription found in the context\.  Azure Resource Manager could not be reached .*http://127\.0\.0\.1:9 cannot be reached: .*refused'
        $failure.Exception.Message | Should -Not -Match 'credentials'
        $failure.ErrorDetails.RecommendedAction | Should -Match 'Run Connect-MiAccount again'
    }

    It 'makes Invoke-MiRestMethod quote it' {
        $failure = Get-FailureOf { Invoke-MiRestMethod -ResourceGroupName rg -ApiVersion 2021-04-01 }
        $failure.FullyQualifiedErrorId | Should -Match '^InvalidArgument,'
        $failure.Exception.Message | Should -Match 'the context has no subscription.*http://127\.0\.0\.1:9 cannot be reached'
    }

    It 'makes -HandOver quote it' {
        $failure = Get-FailureOf { Connect-MiAccount -Environment Nowhere -HandOver -WarningAction SilentlyContinue }
        $failure.FullyQualifiedErrorId | Should -Match '^InvalidArgument,'
        $failure.Exception.Message | Should -Match '-HandOver needs a subscription.*http://127\.0\.0\.1:9 cannot be reached'
    }

    It 'keeps the reason under another name and with further properties' {
        $null = Set-MiContext -Context $connected -Name renamed -ExtendedProperty @{ a = 'b' }
        [string] (Get-FailureOf { Get-MiVM -ErrorAction Stop }) | Should -Match 'could not be reached'
    }

    It 'forgets it once a subscription is chosen, and when there is another reason' {
        $chosen = Set-MiContext -Subscription 'work' -SkipValidation
        [string] (Get-FailureOf { Get-MiVM -ErrorAction Stop }) | Should -Match "by the name 'work' only"
        $chosen.Subscription.Name | Should -BeExactly 'work'
        $null = Connect-MiAccount -Environment Nowhere -SkipValidation
        [string] (Get-FailureOf { Get-MiVM -ErrorAction Stop }) | Should -Match 'made with -SkipValidation'
    }

    It 'is asked for again by Set-MiContext -Tenant, and usable once somebody answers' {
        $null = Add-MiEnvironment -Name Nowhere -ResourceManagerEndpoint $azure.Url -ActiveDirectoryServiceEndpointResourceId $Arm
        $null = Connect-MiAccount -Environment Nowhere -SkipValidation
        (Set-MiContext -Tenant $Tenant -WarningAction SilentlyContinue).Subscription.Id | Should -BeExactly $Subscription
    }
}

Describe 'Azure behind a certificate that is not trusted' -Skip:$onWindows {
    BeforeAll {
        Reset-Everything
        $inspected = Enter-Azure
        $other = Join-Path -Path $TestDrive -ChildPath 'other.pem'
        # Somebody else's certificate.
        Stop-Simulator -Simulator (Start-ArmSimulator -Argument "--proxy 127.0.0.1:0 --ca-file $other")

        # Whom a process trusts it reads once, so each is a process of its own.
        function Get-FailureInFreshShell {
            param([string] $Trust, [string] $Command)
            $before = Set-TestEnvironment -Variables @{ SSL_CERT_FILE = $Trust; SSL_CERT_DIR = $null }
            try {
                Invoke-FreshShell -Script @"
Import-Module -Name '$Manifest'
try { $Command; 'it went well' } catch { `$_.FullyQualifiedErrorId; `$_.Exception.Message; `$_.ErrorDetails.RecommendedAction }
"@
            }
            finally {
                $null = Set-TestEnvironment -Variables $before
            }
        }
    }

    AfterAll {
        Exit-Azure -Visited $inspected
    }

    BeforeEach {
        Send-Simulator -Path reset -Url $inspected.Url
    }

    It 'fails <Command>, says what to do, and sends nothing' -ForEach @(
        @{ Command = 'Connect-MiAccount' }
        @{ Command = 'Connect-MiAccount -Subscription b0000000-5b5c-4000-8000-000000000001' }
        @{ Command = '$null = Connect-MiAccount -SkipValidation; Invoke-MiRestMethod -Path "/subscriptions?api-version=2022-12-01" -ErrorAction Stop' }
    ) {
        $said = Get-FailureInFreshShell -Trust $other -Command $Command
        $said | Should -Match '(?m)^EndpointNotTrusted,'
        $said | Should -Match 'management\.azure\.com.*certificate'
        $said | Should -Match 'inspects TLS.*system''s store.*SSL_CERT_FILE'
        Wait-SimulatorCount -Name failedHandshakes -Value 1 -Url $inspected.Url
        (Get-SimulatorCount -Url $inspected.Url).requests | Should -Be 0
    }

    It 'fails where there are no certificates to trust by' {
        $said = Get-FailureInFreshShell -Trust (Join-Path -Path $TestDrive -ChildPath 'missing.pem') -Command 'Connect-MiAccount'
        $said | Should -Match '(?m)^EndpointNotTrusted,'
        $said | Should -Match 'correct SSL_CERT_FILE'
    }

    It 'is found by Test-MiAccount where it is <Where>: <Result>' -ForEach @(
        @{ Where = 'not trusted'; Result = 'Failed'; Words = 'management\.azure\.com.*certificate.*inspects TLS' }
        @{ Where = 'trusted'; Result = 'Passed'; Words = 'trusts the certificate of https://management\.azure\.com' }
    ) {
        $trust = if ($Result -eq 'Passed') { $inspected.Trust } else { $other }
        $said = Get-FailureInFreshShell -Trust $trust -Command 'Test-MiAccount | ForEach-Object { "$($_.Name) $($_.Result) $($_.Detail) $($_.Advice)" }'
        $said | Should -Match '(?m)^ResourceManager Passed '
        $said | Should -Match "(?m)^Tls $Result .*$Words"
    }

    It 'works where it is trusted' {
        Get-FailureInFreshShell -Trust $inspected.Trust -Command '$null = Connect-MiAccount -WarningAction SilentlyContinue' | Should -Match 'it went well'
    }
}

Describe 'A context without a subscription, because none was looked up' {
    BeforeAll {
        Reset-Everything
        Connect-ArmSimulator -Simulator $azure
        Clear-MiContext
    }

    It 'makes <Command> name <Switch> and say what to do' -ForEach @(
        foreach ($command in @(
                @{ Command = 'Get-MiResource'; Call = { Get-MiResource -ErrorAction Stop } }
                @{ Command = 'Get-MiResource -Name'; Call = { Get-MiResource -Name one -ResourceGroupName rg -ResourceType a/b -ErrorAction Stop } }
                @{ Command = 'Get-MiResourceGroup'; Call = { Get-MiResourceGroup -ErrorAction Stop } }
                @{ Command = 'Get-MiResourceGroup -Name'; Call = { Get-MiResourceGroup -Name rg -ErrorAction Stop } }
                @{ Command = 'Get-MiVM'; Call = { Get-MiVM -ErrorAction Stop } }
                @{ Command = 'Get-MiVM -Status'; Call = { Get-MiVM -Status -ErrorAction Stop } }
                @{ Command = 'Get-MiVM -Location'; Call = { Get-MiVM -Location westeurope -ErrorAction Stop } }
            )) {
            $command + @{ Switch = '-SkipValidation'; Make = { Connect-MiAccount -SkipValidation }; Instead = 'without -SkipValidation' }
            $command + @{ Switch = '-SkipValidation of Set-MiContext'; Make = { Connect-MiAccount -Environment Sim; Set-MiContext -Tenant 'other.example' -SkipValidation }; Instead = 'without -SkipValidation' }
            $command + @{ Switch = '-TenantObject'; Make = { $tenant = (Connect-MiAccount -SkipValidation -Tenant 'other.example').Context.Tenant; Connect-MiAccount -Environment Sim; Set-MiContext -TenantObject $tenant }; Instead = 'Set-MiContext -Tenant' }
        }
    ) {
        $null = & $Make
        (Get-MiContext).Subscription | Should -BeNullOrEmpty
        $failure = Get-FailureOf $Call
        $failure.FullyQualifiedErrorId | Should -Match '^SubscriptionNotFound,'
        $failure.Exception.Message | Should -Match "^No subscription found in the context\.  None was looked up, because the context was made with $(($Switch -split ' ')[0])"
        $failure.Exception.Message | Should -Not -Match 'credentials'
        $failure.ErrorDetails.RecommendedAction | Should -Match "^Choose one with Set-MiContext -Subscription, or .*$Instead"
    }

    It 'makes Invoke-MiRestMethod and -HandOver name it' {
        $null = Connect-MiAccount -SkipValidation
        $failure = Get-FailureOf { Invoke-MiRestMethod -ResourceGroupName rg -ApiVersion 2021-04-01 }
        $failure.Exception.Message | Should -Match 'the context has no subscription: .*none was looked up, because the context was made with -SkipValidation'
        $failure = Get-FailureOf { Connect-MiAccount -SkipValidation -HandOver }
        $failure.Exception.Message | Should -Match '-HandOver needs a subscription.*none was looked up, because the context was made with -SkipValidation'
    }

    It 'blames nothing where the subscription is there by its name only, and says so in <Command>' -ForEach @(
        @{ Command = 'Get-MiVM'; Call = { Get-MiVM -ErrorAction Stop } }
        @{ Command = 'Invoke-MiRestMethod'; Call = { Invoke-MiRestMethod -ResourceGroupName rg -ApiVersion 2021-04-01 } }
    ) {
        $null = Connect-MiAccount -SkipValidation -Subscription 'Simulated One'
        $failure = Get-FailureOf $Call
        $failure.Exception.Message | Should -Match "the context knows its subscription by the name 'Simulated One' only"
        "$($failure.Exception.Message) $($failure.ErrorDetails.RecommendedAction)" | Should -Match 'Set-MiContext -Subscription'
    }

    It 'still blames the credentials where they are to blame' {
        Send-Simulator -Path visibility -Url $azure.Url -Json (@{ $First.ClientId = @() } | ConvertTo-Json)
        $context = (Connect-MiAccount -Environment Sim -ClientId $First.ClientId).Context
        $context.Subscription | Should -BeNullOrEmpty
        [string] (Get-FailureOf { Get-MiVM -ErrorAction Stop }) | Should -Match 'ensure that the credentials'
        $null = Set-MiContext -TenantObject $context.Tenant
        [string] (Get-FailureOf { Get-MiVM -ErrorAction Stop }) | Should -Match 'ensure that the credentials'
    }

    It 'is whole again once a subscription is chosen' {
        $null = Connect-MiAccount -SkipValidation -Environment Sim
        $null = Set-MiContext -Subscription $Subscription
        { Get-MiResourceGroup -ErrorAction Stop } | Should -Not -Throw
    }
}
