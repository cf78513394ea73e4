# Commands that many runspaces of a fresh shell call at once, before anything is imported: PowerShell looks for the module while
# others look for it too, and must find it from its manifest alone.
BeforeDiscovery {
    $hasParallel = $PSVersionTable.PSVersion.Major -ge 7
}

BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
}

Describe 'A command that eighty runspaces call at once with nothing imported' -Skip:(-not $hasParallel) {
    # A shell keeps what it has found out about modules in a file; a folder of that name is a file that never is.
    It 'is found in each of them, shell after shell: <Command>, <Cache>' -ForEach @(
        @{ Command = 'Get-MiContext'; Cache = 'no file yet'; Kind = $null }
        @{ Command = 'Get-MiContext'; Cache = 'nowhere'; Kind = 'Directory' }
        @{ Command = 'Get-AzContext'; Cache = 'no file yet'; Kind = $null }
    ) {
        $script = "1..80 | ForEach-Object -ThrottleLimit 80 -Parallel { try { $Command } catch { `$_.FullyQualifiedErrorId } }; 'done'"
        $shells = if ($OnWine) { 2 } else { 6 }
        foreach ($shell in 1..$shells) {
            $place = Join-Path -Path $TestDrive -ChildPath ([guid]::NewGuid().ToString('n'))
            if ($Kind) { $null = New-Item -Path $place -ItemType $Kind }
            $before = Set-TestEnvironment -Variables @{ PSModulePath = $ModuleFolder; PSModuleAnalysisCachePath = $place }
            try {
                (Invoke-FreshShell -Script $script).Trim() | Should -BeExactly 'done'
            }
            finally {
                $null = Set-TestEnvironment -Variables $before
            }
        }
    }
}

Describe 'The manifest' {
    It 'is data, for which nothing has to be run: <_>' -ForEach @('Tollgate', 'Tollgate.Az') {
        $path = @{ 'Tollgate' = $Manifest; 'Tollgate.Az' = $AzManifest }[$_]
        $data = Import-PowerShellDataFile -Path $path
        Join-Path -Path (Split-Path -Path $path) -ChildPath $data.RootModule | Should -Exist
        # PowerShell's own reader lets some variables pass which its search for commands does not.
        $tree = [System.Management.Automation.Language.Parser]::ParseFile($path, [ref] $null, [ref] $null)
        $tree.FindAll({ $args[0] -is [System.Management.Automation.Language.VariableExpressionAst] }, $true) | Should -BeNullOrEmpty
        $before = Set-TestEnvironment -Variables @{ PSModulePath = $ModuleFolder }
        try {
            $tested = Test-ModuleManifest -Path $path
        }
        finally {
            $null = Set-TestEnvironment -Variables $before
        }
        [string] $tested.Version | Should -Be $data.ModuleVersion
    }
}
