# No command creates, changes or deletes a file other than the gate's own. Where there is strace, the system calls of a whole
# session are compared with those of the same session without Tollgate; elsewhere the folders are walked before and after.
BeforeDiscovery {
    $hasTrace = [bool] (Get-Command -Name strace -CommandType Application -ErrorAction SilentlyContinue)
}

BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
    Reset-Everything
    $everything = @"
Import-Module -Name '$Manifest'
`$null = Connect-MiAccount -SkipValidation -ClientId '$($First.ClientId)' -Subscription one
`$null = Get-MiAccessToken
`$null = Get-MiAccessToken -AsPlainText -ResourceTypeName KeyVault
`$null = Set-MiContext -SkipValidation -Subscription two
`$null = Get-MiContext -ListAvailable
`$null = Get-MiTokenCache
Clear-MiTokenCache
`$null = Get-MiGate
`$null = Test-MiAccount
`$null = try { Connect-MiAccount -SkipValidation -Scope CurrentUser } catch { `$_ }
`$null = try { Connect-MiAccount -SkipValidation -ClientId nonsense } catch { `$_ }
`$null = Disconnect-MiAccount
Clear-MiContext
'done'
"@
    # The shell's own start, with a module that does nothing of ours.
    $nothing = @"
Import-Module -Name Microsoft.PowerShell.Utility
`$null = try { throw 'up' } catch { `$_ }
'done'
"@
}

Describe 'The file system' -Skip:(-not $hasTrace) {
    BeforeAll {
        # What changes a file: opening for writing, and every call that makes, moves, links or removes one.
        $changes = '(?:openat|open|creat)\([^"]*"(?<path>[^"]+)"[^)]*(?:O_WRONLY|O_RDWR|O_CREAT|O_TRUNC)|^(?:creat|mkdir|mkdirat|rename|renameat|renameat2|unlink|unlinkat|rmdir|link|linkat|symlink|symlinkat|truncate|chmod|fchmodat|chown|fchownat|mknod|mknodat)\([^"]*"(?<path>[^"]+)"'

        function Get-Change {
            param([string] $Script)
            # A file for each thread, so that no call is torn in two by another's.
            $log = Join-Path -Path (New-TestFolder) -ChildPath 'trace'
            $trace = @('strace', '-ff', '-qq', '-s', '4096', '-e', 'trace=%file', '-e', 'signal=none', '-o', $log)
            Invoke-FreshShell -Script $Script -Before $trace | Should -Match 'done'
            foreach ($line in Get-Content -Path "$log.*") {
                if ($line -match $changes -and $line -notmatch '= -1 E') {
                    # Names with a process id or a random part in them differ from run to run.
                    $Matches.path -replace '[0-9a-f]{8}-[0-9a-f-]{27}', '#' -replace '(?<=PSHost\.)\w+', '#' -replace '\d+', '#'
                }
            }
            Remove-Item -Path (Split-Path -Path $log) -Recurse -Force
        }
    }

    It 'is left alone but for the gate''s own files' {
        $usual = Get-Change -Script $nothing | Select-Object -Unique
        $ours = Get-Change -Script $everything | Select-Object -Unique | Where-Object -FilterScript { $_ -notin $usual }
        $gate = $env:TOLLGATE_GATE_DIRECTORY -replace '\d+', '#'
        # A trace that saw nothing would prove nothing.
        $ours | Where-Object -FilterScript { $_.StartsWith($gate) } | Should -Not -BeNullOrEmpty
        $ours | Where-Object -FilterScript { -not $_.StartsWith($gate) } | Should -BeNullOrEmpty
    }
}

Describe 'The folders of the user and the machine' {
    BeforeAll {
        function Get-State {
            foreach ($folder in $folders) {
                Get-ChildItem -Path $folder -Recurse -File -Force -ErrorAction SilentlyContinue |
                    ForEach-Object -Process { '{0} {1} {2}' -f $_.FullName, $_.Length, $_.LastWriteTimeUtc.Ticks }
            }
        }
    }

    It 'are as before' {
        # A home of its own, so that what other programs do in the real one does not count.
        $ownHome = New-TestFolder
        $ownTemp = New-TestFolder
        $moved = @{ HOME = $ownHome; USERPROFILE = $ownHome; APPDATA = $ownHome; LOCALAPPDATA = $ownHome; TMPDIR = $ownTemp; TEMP = $ownTemp; TMP = $ownTemp }
        $folders = @($ownHome, $ownTemp) + @("$env:ProgramData\Tollgate" | Where-Object -FilterScript { $env:ProgramData })
        $kept = Set-TestEnvironment -Variables $moved
        try {
            Invoke-FreshShell -Script $nothing | Should -Match 'done'
            $before = Get-State
            Invoke-FreshShell -Script $everything | Should -Match 'done'
            # The shell's own caches are written at the end of any session.
            $after = Get-State | Where-Object -FilterScript { $_ -notmatch 'ModuleAnalysisCache|StartupProfileData|clr-debug-pipe|dotnet-diagnostic' }
            $after | Where-Object -FilterScript { $_ -notin $before } | Should -BeNullOrEmpty
        }
        finally {
            $null = Set-TestEnvironment -Variables $kept
            Remove-Item -Path $ownHome, $ownTemp -Recurse -Force
        }
    }
}
