# What shell this is, in one line: its version, and whether its own assemblies were compiled before it started.
$ErrorActionPreference = 'Stop'
$file = [System.IO.File]::OpenRead([psobject].Assembly.Location)
$compiled = [System.Reflection.PortableExecutable.PEReader]::new($file).PEHeaders.CorHeader.ManagedNativeHeaderDirectory.Size -gt 0
$kind = if ($compiled) { 'precompiled' } else { 'not precompiled, so that it compiles itself while it is measured' }
"PowerShell $($PSVersionTable.PSVersion), $kind"
