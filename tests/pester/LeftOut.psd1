# Which tests of a file may be left out, by a pattern of their names: where, and why. The layer prints the reason with each test it leaves out, and fails where
# one is left out anywhere else. The places are those that Invoke-Layer.ps1 knows.
@{
    'AutoLoading.Tests.ps1'      = @{ Tests = '^A command that eighty runspaces'; Where = 'Windows PowerShell'; Because = 'it has no ForEach-Object -Parallel' }
    'AzDefects.Tests.ps1'        = @{ Tests = '\.(10349|4629|20455)\b'; Where = 'Windows PowerShell'; Because = 'it has no ForEach-Object -Parallel' }
    'HandOverSessions.Tests.ps1' = @{ Tests = 'in scripts that the session starts'; Where = 'Windows PowerShell'; Because = 'it has no ForEach-Object -Parallel' }
    'Help.Tests.ps1'             = @{ Tests = '^The examples\.run'; Where = 'Windows'; Because = 'the examples ask Azure under its own names, and the system alone decides whose certificates it trusts' }
    'Hosts.Tests.ps1'            = @{ Tests = '^A request to a host of Azure\.'; Where = 'Windows'; Because = 'Azure is asked under its own names, and the system alone decides whose certificates it trusts' }
    'Module.Tests.ps1'           = @{ Tests = 'loads no native code at import$'; Where = 'not Linux'; Because = 'no file lists what a process has loaded' }
    'NoFiles.Tests.ps1'          = @{ Tests = '^The file system\.'; Where = 'no strace'; Because = 'nothing else tells what a process does with files; on Linux: apt-get install strace' }
    'Package.Tests.ps1'          = @{ Tests = '^The package( of the Az names)?\.'; Where = 'no package'; Because = './build.sh package makes it' }
    'Path.Tests.ps1'             = @{ Tests = 'deeper than 260 characters$'; Where = 'Windows PowerShell'; Because = 'it ends at 260 characters itself' }
    'Reachability.Tests.ps1'     = @{ Tests = '^Azure behind a certificate'; Where = 'Windows'; Because = 'Azure is asked under its own names, and the system alone decides whose certificates it trusts' }
    'Runspaces.Tests.ps1'        = @{ Tests = '^(ForEach-Object -Parallel|A process whose first session)|is one that a child makes$'; Where = 'Windows PowerShell'; Because = 'it has neither ForEach-Object -Parallel nor thread jobs' }
    'Sources.Tests.ps1'          = @{ Tests = '^On arc\.'; Where = 'not root on Linux'; Because = 'the folder of the agent''s keys is fixed, and nobody else may write there' }
    'ThreadJobs.Tests.ps1'       = @{ Tests = '^Start-ThreadJob\.'; Where = 'Windows PowerShell'; Because = 'it has neither ForEach-Object -Parallel nor thread jobs' }
    'Unedited.Tests.ps1'         = @{ Tests = '^An unedited script\.'; Where = 'Windows'; Because = 'the scripts ask Azure under its own names, and the system alone decides whose certificates it trusts' }
}
