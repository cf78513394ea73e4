# A cmdlet as a job: made here of Get-MiAccessToken, which has no -AsJob, for a job serves any of them alike.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"

    # As the cmdlets do it: the job is in the session's list, and runs.
    function Start-CommandJob {
        [CmdletBinding()]
        param([hashtable] $Parameters = @{}, [string] $Folder = $TestDrive)
        $info = Get-Command -Name Get-MiAccessToken
        $given = [System.Collections.Generic.Dictionary[string, object]]::new()
        foreach ($name in $Parameters.Keys) { $given[$name] = $Parameters[$name] }
        $hidden = [System.Reflection.BindingFlags] 'NonPublic, Instance'
        $type = $info.ImplementingType.Assembly.GetType('Tollgate.PowerShell.CommandJob')
        $job = $type.GetConstructors($hidden)[0].Invoke(@($info.PSObject.BaseObject, $given.PSObject.BaseObject, $Folder))
        $PSCmdlet.JobRepository.Add($job)
        $null = $type.GetMethod('Start', $hidden).Invoke($job, @())
        $job
    }

    function Get-RunspaceCount {
        [System.GC]::Collect()
        (Get-Runspace | Where-Object -FilterScript { $_.RunspaceStateInfo.State -eq 'Opened' }).Count
    }
}

Describe 'A job' {
    BeforeEach {
        Reset-Everything
        $context = (Connect-MiAccount -SkipValidation -ClientId $First.ClientId).Context
    }

    AfterEach {
        Get-Job | Remove-Job -Force
    }

    It 'gives what the command gives, and its runspace is gone afterwards' {
        $before = Get-RunspaceCount
        $job = Start-CommandJob -Parameters @{ DefaultProfile = $context; ResourceTypeName = 'KeyVault' }
        (Wait-Job -Job $job -Timeout 60).State | Should -Be 'Completed'
        $job.HasMoreData | Should -BeTrue
        $token = Receive-Job -Job $job
        $token.UserId | Should -BeExactly $First.ClientId
        $token.Token.Length | Should -BeGreaterThan 20
        $job.HasMoreData | Should -BeFalse
        $job.PSEndTime | Should -BeGreaterOrEqual $job.PSBeginTime
        Get-RunspaceCount | Should -Be $before
    }

    It 'is in the session''s list under the command''s name' {
        $job = Start-CommandJob -Parameters @{ DefaultProfile = $context }
        Get-Job -Id $job.Id | Should -Be $job
        $job.Command | Should -BeExactly 'Get-MiAccessToken'
        $job.PSJobTypeName | Should -BeExactly 'CommandJob'
        Receive-Job -Job $job -Wait -AutoRemoveJob | Should -Not -BeNullOrEmpty
        Get-Job | Should -BeNullOrEmpty
    }

    It 'keeps the context it was given, whatever its session does' {
        Clear-MiContext
        $job = Start-CommandJob -Parameters @{ DefaultProfile = $context }
        (Receive-Job -Job $job -Wait).UserId | Should -BeExactly $First.ClientId
        Get-MiContext | Should -BeNullOrEmpty
    }

    It 'carries the other streams' {
        $job = Start-CommandJob -Parameters @{ DefaultProfile = $context; ResourceTypeName = 'KeyVault'; Verbose = $true }
        $null = Wait-Job -Job $job -Timeout 60
        $job.Verbose.Count | Should -BeGreaterThan 0
        (Receive-Job -Job $job -Verbose 4>&1 | Out-String) | Should -Match 'token'
    }

    It 'is failed, as in Az, with the error received, when one input failed' {
        Send-Simulator -Path faults -Json '[{"fault":"html"}]'
        $job = Start-CommandJob -Parameters @{ DefaultProfile = $context; ResourceTypeName = 'KeyVault' }
        (Wait-Job -Job $job -Timeout 60).State | Should -Be 'Failed'
        $received = Receive-Job -Job $job -ErrorVariable failures -ErrorAction SilentlyContinue
        $received | Should -BeNullOrEmpty
        $failures.FullyQualifiedErrorId | Should -BeExactly 'MalformedResponse,Tollgate.PowerShell.GetMiAccessTokenCommand'
    }

    It 'is failed, with the error received once and under its own name, when the command could not go on' {
        $job = Start-CommandJob -Parameters @{ DefaultProfile = $context; ResourceTypeName = 'Nothing' }
        (Wait-Job -Job $job -Timeout 60).State | Should -Be 'Failed'
        $null = Receive-Job -Job $job -ErrorVariable failures -ErrorAction SilentlyContinue
        $failures.FullyQualifiedErrorId | Should -BeExactly 'InvalidArgument,Tollgate.PowerShell.GetMiAccessTokenCommand'
    }

    It 'is failed when the command cannot be called so' {
        $job = Start-CommandJob -Parameters @{ NoSuchParameter = 1 }
        (Wait-Job -Job $job -Timeout 60).State | Should -Be 'Failed'
        $null = Receive-Job -Job $job -ErrorVariable failures -ErrorAction SilentlyContinue
        $failures.FullyQualifiedErrorId | Should -BeExactly 'NamedParameterNotFound,Tollgate.PowerShell.GetMiAccessTokenCommand'
    }

    It 'is stopped before it has begun as well' {
        $before = Get-RunspaceCount
        foreach ($number in 1..5) {
            Send-Simulator -Path faults -Json '[{"fault":"hang"}]'
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            $job = Start-CommandJob -Parameters @{ DefaultProfile = $context; ForceRefresh = $true }
            Stop-Job -Job $job
            $job.State | Should -Be 'Stopped'
            $watch.Elapsed.TotalSeconds | Should -BeLessThan 5
            Send-Simulator -Path reset
        }
        Get-RunspaceCount | Should -Be $before
    }

    It 'is stopped in the middle of a request' {
        Send-Simulator -Path faults -Json '[{"fault":"hang"}]'
        $before = Get-RunspaceCount
        $job = Start-CommandJob -Parameters @{ DefaultProfile = $context; ForceRefresh = $true }
        Wait-SimulatorCount -Name in_flight -Value 1
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        Stop-Job -Job $job
        $job.State | Should -Be 'Stopped'
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 5
        Receive-Job -Job $job | Should -BeNullOrEmpty
        Get-RunspaceCount | Should -Be $before
    }

    It 'is stopped before it came to anything' {
        $jobs = 1..10 | ForEach-Object -Process { Start-CommandJob -Parameters @{ DefaultProfile = $context } }
        $jobs | Stop-Job
        $jobs.State | Should -BeIn 'Stopped', 'Completed'
    }

    It 'can be stopped and removed when it has ended' {
        $job = Start-CommandJob -Parameters @{ DefaultProfile = $context }
        $null = Wait-Job -Job $job -Timeout 60
        Stop-Job -Job $job
        $job.State | Should -Be 'Completed'
        Remove-Job -Job $job
        Get-Job | Should -BeNullOrEmpty
    }

    It 'can be removed while it runs' {
        Send-Simulator -Path faults -Json '[{"fault":"hang"}]'
        $job = Start-CommandJob -Parameters @{ DefaultProfile = $context; ForceRefresh = $true }
        Wait-SimulatorCount -Name in_flight -Value 1
        Remove-Job -Job $job -Force
        Get-Job | Should -BeNullOrEmpty
    }

    It 'runs beside others, each with its own' {
        $jobs = foreach ($clientId in $First.ClientId, $Second.ClientId) {
            $mine = (Connect-MiAccount -SkipValidation -ClientId $clientId).Context
            1..5 | ForEach-Object -Process { Start-CommandJob -Parameters @{ DefaultProfile = $mine } }
        }
        $ids = $jobs | ForEach-Object -Process { (Receive-Job -Job $_ -Wait).UserId }
        $ids | Should -Be (@($First.ClientId) * 5 + @($Second.ClientId) * 5)
    }
}

Describe 'Remove-Module' {
    BeforeAll {
        $azure = Start-ArmSimulator
    }

    AfterAll {
        Stop-Simulator -Simulator $azure
    }

    It 'stops what its runspace runs, and leaves other runspaces theirs' {
        Reset-Everything
        Connect-ArmSimulator -Simulator $azure
        $session = New-Session
        $null = Invoke-Session -Session $session -Script "`$null = Connect-MiAccount -SkipValidation -ContextName kept"
        $other = New-Session
        $null = Invoke-Session -Session $other -Script @"
`$null = Add-MiEnvironment -Name Sim -ResourceManagerEndpoint '$($azure.Url)' -ActiveDirectoryServiceEndpointResourceId '$Arm'
`$null = Connect-MiAccount -Environment Sim -Subscription '$Subscription'
"@
        Set-ArmFault -Simulator $azure -Next '{"hang":true}'
        $states = Invoke-Session -Session $other -Script '$job = Invoke-MiRestMethod -Path "/subscriptions?api-version=2022-12-01" -AsJob; "$($job.State)"; Remove-Module -Name Tollgate; "$($job.State)"'
        $states | Should -Be 'Running', 'Stopped'
        Invoke-Session -Session $session -Script '(Get-MiContext).Name' | Should -BeExactly 'kept'
        $session, $other | ForEach-Object -Process { Close-Session -Session $_ }
    }
}
