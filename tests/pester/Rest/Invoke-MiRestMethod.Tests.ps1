# Requests to Azure: addresses, answers, repeats. What is sent and what is saved is in RestContent.Tests.ps1, pages are in
# Pages.Tests.ps1, operations that go on after their answer in LongRunning.Tests.ps1; where a token goes, and where not, in
# Hosts.Tests.ps1.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
    $azure = Start-ArmSimulator
    $machines = "/subscriptions/$Subscription/resourceGroups/rg-test-16/providers/Microsoft.Compute/virtualMachines"
    $version = 'api-version=2022-03-01'
}

AfterAll {
    Stop-Simulator -Simulator $azure
}

Describe 'Invoke-MiRestMethod' {
    BeforeEach {
        Reset-Everything
        Connect-ArmSimulator -Simulator $azure
    }

    It 'gives status, content, header lines, method, address and version' {
        $answer = Invoke-MiRestMethod -Path "$machines`?$version" -Method GET
        $answer.StatusCode | Should -BeOfType [int]
        $answer.StatusCode | Should -Be 200
        ($answer.Content | ConvertFrom-Json).value.name | Should -Be 'Vm-App-1', 'vm-db-1'
        Should -ActualValue $answer.Headers -BeOfType [System.Net.Http.Headers.HttpResponseHeaders]
        $answer.Headers.GetValues('x-ms-request-id') | Should -HaveCount 1
        $answer.Method | Should -BeExactly 'GET'
        $answer.RequestUri | Should -Be "$($azure.Url)$machines`?$version"
        $answer.Version | Should -BeExactly '1.1'
        $answer | Format-List | Out-String | Should -Not -Match $AnyToken
    }

    It 'gives an answer that tells of an error as an answer' {
        $answer = Invoke-MiRestMethod -Path "$machines/nobody`?$version" -ErrorAction Stop
        $answer.StatusCode | Should -Be 404
        ($answer.Content | ConvertFrom-Json).error.code | Should -BeExactly 'ResourceNotFound'
    }

    It 'asks for <Path>' -ForEach @(
        @{ Path = ''; Given = @{} }
        @{ Path = '/resourceGroups/rg'; Given = @{ ResourceGroupName = 'rg' } }
        @{ Path = '/providers/Microsoft.Compute/virtualMachines'; Given = @{ ResourceProviderName = 'Microsoft.Compute'; ResourceType = 'virtualMachines' } }
        @{ Path = '/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/a%20b/extensions'; Given = @{ ResourceGroupName = 'rg'; ResourceProviderName = 'Microsoft.Compute'; ResourceType = 'virtualMachines', 'extensions'; Name = 'a b' } }
        @{ Path = '/resourceGroups/a%2Fb/providers/Microsoft.Sql/servers/c%3Fd'; Given = @{ ResourceGroupName = 'a/b'; ResourceProviderName = 'Microsoft.Sql'; ResourceType = 'servers'; Name = 'c?d' } }
        @{ Path = '/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/a/extensions/b'; Given = @{ ResourceGroupName = 'rg'; ResourceProviderName = 'Microsoft.Compute'; ResourceType = 'virtualMachines', 'extensions'; Name = 'a', 'b' } }
    ) {
        $answer = Invoke-MiRestMethod -ApiVersion 2022-03-01 @Given
        $answer.RequestUri.AbsoluteUri | Should -BeExactly "$($azure.Url)/subscriptions/$Subscription$Path`?api-version=2022-03-01"
    }

    It 'asks about the subscription that is named rather than that of the context' {
        $answer = Invoke-MiRestMethod -ApiVersion 2022-12-01 -SubscriptionId 'b0000000-5b5c-4000-8000-000000000002'
        ($answer.Content | ConvertFrom-Json).displayName | Should -BeExactly 'Simulated Two'
    }

    It 'takes a path without its slash' {
        (Invoke-MiRestMethod -Path 'subscriptions?api-version=2022-12-01').RequestUri | Should -Be "$($azure.Url)/subscriptions?api-version=2022-12-01"
    }

    It 'needs a subscription, of the context or by its parameter' {
        $null = Connect-MiAccount -Environment Sim -SkipValidation
        $failure = Get-FailureOf { Invoke-MiRestMethod -ApiVersion 2022-12-01 }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'InvalidArgument,Tollgate.PowerShell.InvokeMiRestMethodCommand'
        $failure.Exception.Message | Should -Match 'the context has no subscription'
        (Invoke-MiRestMethod -ApiVersion 2022-12-01 -SubscriptionId $Subscription).StatusCode | Should -Be 200
    }

    It 'asks for the token to the letter of what is named' {
        foreach ($named in 'https://elsewhere.example', 'https://elsewhere.example/', 'api://Mine') {
            $null = Invoke-MiRestMethod -Uri "$($azure.Url)/echo" -ResourceId $named
            (Get-MiTokenCache).Resource | Where-Object -FilterScript { $_ -ceq $named } | Should -HaveCount 1
        }
    }

    It 'refuses <What>, naming the parameter, and asks nothing' -ForEach @(
        @{ What = 'a path with a host'; Given = @{ Path = 'https://management.azure.com/subscriptions' }; Words = 'names a host' }
        @{ What = 'a path with half a host'; Given = @{ Path = '//management.azure.com/subscriptions' }; Words = 'names a host' }
        @{ What = 'a type without its provider'; Given = @{ ApiVersion = '1'; ResourceType = 'a'; Name = 'b' }; Words = 'Invalid resource type/name' }
        @{ What = 'more names than types'; Given = @{ ApiVersion = '1'; ResourceProviderName = 'p'; ResourceType = 'a'; Name = 'b', 'c' }; Words = 'Invalid resource type/name' }
        @{ What = 'too few names'; Given = @{ ApiVersion = '1'; ResourceProviderName = 'p'; ResourceType = 'a', 'b' }; Words = 'Invalid resource type/name' }
        @{ What = 'half an address'; Given = @{ Uri = '/subscriptions' }; Words = 'is no whole address' }
        @{ What = 'text and file at once'; Given = @{ Path = '/echo'; Method = 'PUT'; Payload = 'a'; InFile = $PSCommandPath }; Words = 'excludes' }
        @{ What = 'one file for many pages'; Given = @{ Path = '/echo'; Paginate = $true; OutFile = (Join-Path -Path ([System.IO.Path]::GetTempPath()) -ChildPath 'nobody-writes-this') }; Words = 'OutFile takes one answer' }
        @{ What = 'a path of another provider'; Given = @{ Path = '/echo'; OutFile = 'Env:answer' }; Words = 'no path of the file system' }
        @{ What = 'a drive that is not there'; Given = @{ Path = '/echo'; Method = 'PUT'; InFile = 'NoDrive:/x' }; Words = 'no path of the file system' }
        @{ What = 'a header line that is a table'; Given = @{ Path = '/echo'; Headers = @{ 'x-mine' = @{ a = 1 } } }; Words = 'the value of x-mine is a table' }
        @{ What = 'a token of the caller''s'; Given = @{ Path = '/echo'; Headers = @{ authorization = 'Bearer x' } }; Words = 'Authorization' }
    ) {
        $failure = Get-FailureOf { Invoke-MiRestMethod @Given }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'InvalidArgument,Tollgate.PowerShell.InvokeMiRestMethodCommand'
        $failure.Exception.Message | Should -Match $Words
        Get-ArmRequest -Simulator $azure | Should -BeNullOrEmpty
    }

    It 'asks before it writes, also as a job, and not before it reads' {
        foreach ($method in 'PUT', 'POST', 'PATCH', 'DELETE') {
            Invoke-MiRestMethod -Path '/echo' -Method $method -WhatIf | Should -BeNullOrEmpty
            Invoke-MiRestMethod -Path '/echo' -Method $method -WhatIf -AsJob | Should -BeNullOrEmpty
        }
        Get-Job | Should -BeNullOrEmpty
        Get-ArmRequest -Simulator $azure | Should -BeNullOrEmpty
        (Invoke-MiRestMethod -Path '/echo' -WhatIf).StatusCode | Should -Be 200
    }

    Context 'when Azure does not answer at once' {
        It 'asks again after a 429 as it is told to, with a warning' {
            Set-ArmFault -Simulator $azure -Next '{"status":429,"retryAfter":"0","code":"TooManyRequests","message":"slow down","count":2}'
            $answer = Invoke-MiRestMethod -Path "$machines`?$version" -WarningVariable warnings 3> $null
            $answer.StatusCode | Should -Be 200
            (Get-ArmRequest -Simulator $azure).status | Should -Be 429, 429, 200
            $warnings | Should -HaveCount 1
        }

        It 'asks again after a 5xx, but sends nothing twice that may have been done' {
            Set-ArmFault -Simulator $azure -Next '{"status":500,"retryAfter":"0"}'
            (Invoke-MiRestMethod -Path "$machines`?$version").StatusCode | Should -Be 200
            Set-ArmFault -Simulator $azure -Next '{"status":500,"retryAfter":"0"}'
            (Invoke-MiRestMethod -Path "$machines/vm-app-1/start?$version" -Method POST).StatusCode | Should -Be 500
        }

        It 'asks once with -NoRetry' {
            Set-ArmFault -Simulator $azure -Next '{"status":429,"retryAfter":"0"}'
            (Invoke-MiRestMethod -Path "$machines`?$version" -NoRetry).StatusCode | Should -Be 429
        }

        It 'renews a revoked token once, and gives up when the new one is no better' {
            Set-ArmFault -Simulator $azure -Next '{"claims":true}'
            $before = (Get-SimulatorCount).token_requests
            (Invoke-MiRestMethod -Path "$machines`?$version").StatusCode | Should -Be 200
            (Get-SimulatorCount).token_requests - $before | Should -Be 1
            @((Get-ArmRequest -Simulator $azure).tokenId | Select-Object -Unique) | Should -HaveCount 2
            Clear-ArmRequest -Simulator $azure
            Set-ArmFault -Simulator $azure -Next '{"claims":true},{"claims":true}'
            (Invoke-MiRestMethod -Path "$machines`?$version").StatusCode | Should -Be 401
            (Get-ArmRequest -Simulator $azure).status | Should -Be 401, 401
        }

        It 'ends when its time is over' {
            Set-ArmFault -Simulator $azure -Next '{"hang":true}'
            $failure = Get-FailureOf { Invoke-MiRestMethod -Path "$machines`?$version" -TimeoutSeconds 1 -ErrorAction Stop }
            $failure.FullyQualifiedErrorId | Should -BeExactly 'TimedOut,Tollgate.PowerShell.InvokeMiRestMethodCommand'
            $failure.Exception.Message | Should -Match 'No answer within 1 seconds; the request was sent once\.?$'
            Set-ArmFault -Simulator $azure -Next '{"hang":true}'
            $failure = Get-FailureOf { Invoke-MiRestMethod -Path '/echo' -Method PUT -Payload @{} -TimeoutSeconds 1 -ErrorAction Stop }
            $failure.Exception.Message | Should -Match 'the request was sent once, and may have been carried out'
        }

        It 'has deleted what is gone when it asks again' {
            Set-ArmFault -Simulator $azure -Next '{"close":true}'
            $answer = Invoke-MiRestMethod -Path "$machines/nobody`?$version" -Method DELETE
            $answer.StatusCode | Should -Be 204
        }

        It 'warns when the requests left run low, once' {
            Send-Simulator -Path content -Url $azure.Url -Json '{"readsRemaining":50}'
            $null = Invoke-MiRestMethod -Path "$machines`?$version" -WarningVariable warnings 3> $null
            $null = Invoke-MiRestMethod -Path "$machines`?$version" -WarningVariable later 3> $null
            $warnings[0].Message | Should -Match '\d+ more subscription-reads'
            $later | Should -BeNullOrEmpty
        }
    }

    It 'runs as a job, with the context that is in use now, and this session''s paths' {
        $null = New-PSDrive -Name Mine -PSProvider FileSystem -Root $TestDrive
        $job = Invoke-MiRestMethod -Path "$machines`?$version" -AsJob -OutFile 'Mine:/job.json'
        Clear-MiContext
        ($job | Wait-Job | Receive-Job).StatusCode | Should -Be 200
        $job | Remove-Job
        (Get-Content -Path "$TestDrive/job.json" -Raw | ConvertFrom-Json).value.Count | Should -Be 2
    }

    It 'shows in the job what it shows here, a warning and a pause' {
        Set-ArmFault -Simulator $azure -Next '{"status":429,"retryAfter":"2"}'
        $job = Invoke-MiRestMethod -Path "$machines`?$version" -AsJob | Wait-Job
        $job.Warning[0].Message | Should -Match 'throttles this identity'
        $job.Progress.StatusDescription | Should -Match 'Azure asks to wait'
        ($job | Receive-WholeJob 3> $null).StatusCode | Should -Be 200
    }

    It 'needs a context' {
        Clear-MiContext
        $failure = Get-FailureOf { Invoke-MiRestMethod -Path '/echo' }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'NotConnected,Tollgate.PowerShell.InvokeMiRestMethodCommand'
    }
}

Describe 'A request to Azure that takes long' {
    BeforeAll {
        Reset-Everything
        Connect-ArmSimulator -Simulator $azure
        $session = New-Session -Context (Get-MiContext)
    }

    AfterAll {
        Close-Session -Session $session
    }

    It 'ends within 100 ms when it is stopped, and the next one works' {
        Set-ArmFault -Simulator $azure -Next '{"hang":true}'
        $session.Commands.Clear()
        $null = $session.AddScript("Invoke-MiRestMethod -Path '$machines`?$version'; 'not reached'")
        $running = $session.BeginInvoke()
        $patience = [System.Diagnostics.Stopwatch]::StartNew()
        while (-not (Get-ArmRequest -Simulator $azure)) {
            if ($patience.Elapsed.TotalSeconds -gt 30) { throw 'the request did not arrive' }
        }
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        $session.Stop()
        $clock.ElapsedMilliseconds | Should -BeLessThan 100
        $running.IsCompleted | Should -BeTrue
        $session.Streams.Error.Count | Should -Be 0
        (Invoke-Session -Session $session -Script "Invoke-MiRestMethod -Path '$machines`?$version'").StatusCode | Should -Be 200
    }

    It 'shows a pause that Azure asks for as progress, with the seconds left' {
        Set-ArmFault -Simulator $azure -Next '{"status":429,"retryAfter":"2"}'
        $null = Invoke-Session -Session $session -Script "Invoke-MiRestMethod -Path '$machines`?$version'"
        $bars = $session.Streams.Progress
        $bars.Count | Should -BeGreaterThan 1
        $bars[0].Activity | Should -Match '^GET 127\.0\.0\.1:\d+/subscri'
        $bars[0].StatusDescription | Should -BeExactly 'Azure asks to wait, attempt 2'
        $bars[0].SecondsRemaining | Should -BeIn 1, 2, 3
        $bars[$bars.Count - 1].RecordType | Should -Be 'Completed'
        $session.Streams.Warning[0].Message | Should -Match 'throttles this identity'
    }
}
