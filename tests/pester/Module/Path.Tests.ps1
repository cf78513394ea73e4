# The module works from whatever folder it lies in, and says what is wrong when part of it is missing. Each case is a copy of the
# module, used in a fresh process; the path goes there by an environment variable, for these files are ASCII.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"

    function Copy-Module {
        param([string] $Below)
        $folder = Join-Path -Path $TestDrive -ChildPath $Below
        $null = [System.IO.Directory]::CreateDirectory($folder)
        foreach ($file in Get-ChildItem -Path $env:TOLLGATE_TEST_MODULE -File -Recurse) {
            $target = Join-Path -Path $folder -ChildPath $file.FullName.Substring($env:TOLLGATE_TEST_MODULE.Length)
            $null = [System.IO.Directory]::CreateDirectory([System.IO.Path]::GetDirectoryName($target))
            [System.IO.File]::Copy($file.FullName, $target)
        }
        $folder
    }

    function Use-Module {
        param([string] $Folder)
        $env:TOLLGATE_TEST_COPY = Join-Path -Path $Folder -ChildPath 'Tollgate.psd1'
        try {
            Invoke-FreshShell -Script @'
Import-Module -Name $env:TOLLGATE_TEST_COPY
try {
    $gate = Get-MiGate
    'from its place: ' + ((Get-Module -Name Tollgate).ModuleBase -eq (Split-Path -Path $env:TOLLGATE_TEST_COPY))
    'gate: ' + $gate.SlotsTotal
}
catch {
    'failure: ' + $_.FullyQualifiedErrorId + ' ' + $_.CategoryInfo.Category
    'message: ' + $_.ErrorDetails.Message
}
'@
        }
        finally {
            Remove-Item -Path Env:TOLLGATE_TEST_COPY
        }
    }
}

Describe 'The module works from a folder' {
    It 'with <What> in its name' -ForEach @(
        @{ What = 'spaces'; Name = 'Program Files (x86)' }
        @{ What = 'letters beyond ASCII'; Name = 'Gr' + [char] 0xf6 + [char] 0xdf + 'e ' + [char] 0x416 + [char] 0x6f22 }
        @{ What = 'brackets'; Name = 'a[1]' }
        @{ What = 'a quote and other signs'; Name = "d'or `$x %20 #1;" }
    ) {
        $said = Use-Module -Folder (Copy-Module -Below $Name)
        $said | Should -Match 'from its place: True'
        $said | Should -Match 'gate: 5'
    }

    # .NET Framework loads no assembly from a path of more than 259 characters.
    It 'deeper than 260 characters' -Skip:($PSEdition -eq 'Desktop') {
        $said = Use-Module -Folder (Copy-Module -Below (Join-Path -Path ('d' * 120) -ChildPath ('e' * 120)))
        $said | Should -Match 'from its place: True'
        $said | Should -Match 'gate: 5'
    }
}

Describe 'A module that is damaged' {
    It 'imports, and says at the first use that its library is missing' {
        $folder = Copy-Module -Below 'damaged'
        Remove-Item -LiteralPath (Join-Path -Path $folder -ChildPath 'runtimes') -Recurse
        $said = Use-Module -Folder $folder
        $said | Should -Match 'failure: NativeLibrary,Tollgate.PowerShell.GetMiGateCommand NotInstalled'
        $said | Should -Match 'message: The native library was not found; searched: .+reinstall the module'
    }
}
