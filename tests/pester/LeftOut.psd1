# Why tests of a file are left out where they are: the layer prints it with each of them, and fails where a reason is missing.
@{
    'AzDefects.Tests.ps1'   = 'Windows PowerShell has no ForEach-Object -Parallel'
    'Help.Tests.ps1'        = 'the examples ask Azure under its own names, and on Windows the system alone decides whose certificates are trusted'
    'Hosts.Tests.ps1'       = 'Azure is asked under its own names, and on Windows the system alone decides whose certificates are trusted'
    'Module.Tests.ps1'      = 'only Linux lists what a process has loaded in a file'
    'NoFiles.Tests.ps1'     = 'no strace, which tells what a process does with files: apt-get install strace'
    'Package.Tests.ps1'     = 'no package was made here: ./build.sh package'
    'Parallel.Tests.ps1'    = 'Windows PowerShell has neither ForEach-Object -Parallel nor thread jobs'
    'Path.Tests.ps1'        = 'Windows PowerShell itself ends at 260 characters'
    'Sources.Tests.ps1'     = 'the folder of the agent''s keys is fixed, and only root on Linux may write there'
    'Unedited.Tests.ps1'    = 'the scripts ask Azure under its own names, and on Windows the system alone decides whose certificates are trusted'
}
