# The layer itself: it does not pass where it has nothing to run with, and nothing is left out unseen. It runs once more, in a
# shell and a folder of its own.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/TollgateTest.psm1"

    function Invoke-OtherLayer {
        param([string] $Test, [string] $Before = '', [string] $LeftOut = '', [string] $Below = '', [string] $Name = '*')
        $folder = Join-Path -Path $TestDrive -ChildPath ([guid]::NewGuid().ToString('n'))
        $null = New-Item -Path $folder -ItemType Directory
        foreach ($file in 'Invoke-Layer.ps1', 'LeftOut.psd1', 'TollgateTest.psm1') {
            Copy-Item -Path (Join-Path -Path $PSScriptRoot -ChildPath $file) -Destination $folder
        }
        if ($LeftOut) { Set-Content -Path (Join-Path -Path $folder -ChildPath 'LeftOut.psd1') -Value $LeftOut -Encoding Ascii }
        $room = (New-Item -Path (Join-Path -Path $folder -ChildPath $Below) -ItemType Directory -Force).FullName
        Set-Content -Path (Join-Path -Path $room -ChildPath 'Path.Tests.ps1') -Value $Test -Encoding Ascii
        $layer = Join-Path -Path $folder -ChildPath 'Invoke-Layer.ps1'
        Invoke-FreshShell -Script "$Before; & '$layer' -Name '$Name'; `"ended with `$LASTEXITCODE`""
    }
}

Describe 'The layer of the module' {
    It 'fails in a shell without a Pester' {
        $before = "`$env:PSModulePath = Join-Path -Path `$PSHOME -ChildPath 'Modules'; `$env:TOLLGATE_TEST_PESTER = '$TestDrive'"
        $said = Invoke-OtherLayer -Before $before -Test "Describe 'a' { It 'b' { } }"
        $said | Should -Match 'no Pester 5\.3 or later'
        $said | Should -Match '0 passed, 1 failed, 0 skipped\s+ended with 1'
    }

    It 'passes when its tests do, and says in what they ran' {
        $said = Invoke-OtherLayer -Test "Describe 'a' { It 'b' { 1 | Should -Be 1 } }"
        $said | Should -Match "PowerShell $([regex]::Escape($PSVersionTable.PSVersion)) \($PSEdition\), Pester 5\."
        $said | Should -Match '1 passed, 0 failed, 0 skipped\s+ended with 0'
    }

    It 'finds a file by its name in whatever folder it is' {
        $said = Invoke-OtherLayer -Name 'pat*' -Below 'Accounts/Contexts' -Test "Describe 'a' { It 'b' { 1 | Should -Be 1 } }"
        $said | Should -Match '1 passed, 0 failed, 0 skipped\s+ended with 0'
    }

    It 'fails where no file has the name' {
        $said = Invoke-OtherLayer -Name 'Contexts' -Below 'Contexts' -Test "Describe 'a' { It 'b' { 1 | Should -Be 1 } }"
        $said | Should -Match 'failed: no file is called Contexts\.Tests\.ps1'
        $said | Should -Match '0 passed, 1 failed, 0 skipped\s+ended with 1'
    }

    It 'expects tests to be left out only of files that there are' {
        $files = (Get-ChildItem -Path $PSScriptRoot -Filter '*.Tests.ps1' -Recurse).Name
        $named = (Import-PowerShellDataFile -Path (Join-Path -Path $PSScriptRoot -ChildPath 'LeftOut.psd1')).Keys
        $named | Where-Object -FilterScript { $_ -notin $files } | Should -BeNullOrEmpty
    }

    It 'leaves out what is expected to be, with the reason, and fails where another test of the file is left out' {
        $given = @{
            Before  = '$env:TOLLGATE_TEST_PACKAGE = $null'
            LeftOut = "@{ 'Path.Tests.ps1' = @{ Tests = '^a\.b$'; Where = 'no package'; Because = 'it says so' } }"
        }
        $said = Invoke-OtherLayer @given -Test "Describe 'a' { It 'b' -Skip { } }"
        $said | Should -Match 'left out \(no package\): Path\.Tests\.ps1: a\.b: it says so'
        $said | Should -Match '0 passed, 0 failed, 1 skipped\s+ended with 0'
        $said = Invoke-OtherLayer @given -Test "Describe 'a' { It 'c' -Skip { } }"
        $said | Should -Match 'failed: Path\.Tests\.ps1: a\.c: left out where'
        $said | Should -Match '0 passed, 1 failed, 1 skipped\s+ended with 1'
    }

    It 'fails where a test is left out that nobody expects to be' {
        # A file of which a test is left out in Windows PowerShell is taken for its name.
        $said = Invoke-OtherLayer -Test "Describe 'a' { It 'b' -Skip { } }"
        $said | Should -Match 'failed: Path.Tests.ps1: a.b: left out where'
        $said | Should -Match '0 passed, 1 failed, 1 skipped\s+ended with 1'
    }

    It 'fails where <What>, whatever else passes' -ForEach @(
        @{ What = 'a file is no script'; Test = "Describe 'a' {" }
        @{ What = 'a set-up throws'; Test = "Describe 'a' { BeforeAll { throw 'x' }; It 'b' { } }" }
        @{ What = 'a clean-up throws'; Test = "Describe 'a' { AfterAll { throw 'x' }; It 'b' { } }" }
    ) {
        Invoke-OtherLayer -Test $Test | Should -Match '[1-9]\d* failed, 0 skipped\s+ended with 1'
    }
}
