# Operations that go on after the first answer: waited for, looked at where the caller or Azure says, and told as failed when they fail.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
    $azure = Start-ArmSimulator
    $machines = "/subscriptions/$Subscription/resourceGroups/rg-test-16/providers/Microsoft.Compute/virtualMachines"
    $version = 'api-version=2022-03-01'
}

AfterAll {
    Stop-Simulator -Simulator $azure
}

Describe 'Invoke-MiRestMethod -WaitForCompletion' {
    BeforeEach {
        Reset-Everything
        Connect-ArmSimulator -Simulator $azure
    }

    It 'waits for the end and gives the result' {
        (Invoke-MiRestMethod -Path "$machines/vm-app-1/start?$version" -Method POST).StatusCode | Should -Be 202
        Clear-ArmRequest -Simulator $azure
        $result = Invoke-MiRestMethod -Path "$machines/vm-app-1/start?$version" -Method POST -WaitForCompletion
        $result.StatusCode | Should -Be 200
        # How its address was asked, as in Az.
        $result.Method | Should -BeExactly 'GET'
        (Get-ArmRequest -Simulator $azure).Count | Should -BeGreaterThan 3
    }

    It 'looks where it is told to' {
        $null = Invoke-MiRestMethod -Path "$machines/vm-app-1/restart?$version" -Method POST -WaitForCompletion -PollFrom Location -FinalResultFrom Location
        $looked = (Get-ArmRequest -Simulator $azure | Select-Object -Skip 1).path | Select-Object -Unique
        $looked | Should -HaveCount 1
    }

    It 'reads the state from <State> and the result from <Result>' -ForEach @(
        @{ Action = 'restart'; State = 'AzureAsyncLocation'; Result = 'Location'; Looks = 'status', 'location' }
        @{ Action = 'restart'; State = 'azureasynclocation'; Result = 'AzureAsyncLocation'; Looks = 'status' }
        @{ Action = 'restart'; State = 'Location'; Result = 'AzureAsyncLocation'; Looks = 'location' }
        @{ Action = 'operationLocation'; State = 'Operation-Location'; Result = 'OriginalUri'; Looks = 'status', 'resource' }
    ) {
        $null = Invoke-MiRestMethod -Path "$machines/vm-app-1/$Action`?$version" -Method POST -WaitForCompletion -PollFrom $State -FinalResultFrom $Result
        $looked = foreach ($request in Get-ArmRequest -Simulator $azure | Select-Object -Skip 1) {
            if ($request.path -notmatch '/operations/') { 'resource' } elseif ($request.query -match 'monitor=true') { 'location' } else { 'status' }
        }
        $looked | Select-Object -Unique | Should -Be $Looks
    }

    It 'says once of a listing in pages that it is none' {
        Send-Simulator -Path content -Url $azure.Url -Json '{"pageSize":1}'
        $pages = @(Invoke-MiRestMethod -Path "$machines`?$version" -WaitForCompletion -Paginate -WarningVariable warnings 3> $null)
        $pages | Should -HaveCount 2
        $warnings | Should -HaveCount 1
    }

    It 'fails when the operation does, in Azure''s words' {
        Send-Simulator -Path content -Url $azure.Url -Json '{"operationFails":{"code":"AllocationFailed","message":"No room in the region."}}'
        $failure = Get-FailureOf { Invoke-MiRestMethod -Path "$machines/vm-app-1/start?$version" -Method POST -WaitForCompletion -ErrorAction Stop }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'OperationFailed,Tollgate.PowerShell.InvokeMiRestMethodCommand'
        $failure.Exception.Message | Should -Match '^Azure Service operation failed.*AllocationFailed.*No room in the region'
    }

    It 'says so when the request is none' {
        $answer = Invoke-MiRestMethod -Path "$machines`?$version" -WaitForCompletion -WarningVariable warnings 3> $null
        $answer.StatusCode | Should -Be 200
        $warnings[0].Message | Should -BeExactly 'The -WaitForCompletion flag was specified, but the request does not appear to be a long-running operation.'
    }
}
