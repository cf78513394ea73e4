# The file that the PowerShell Gallery takes: it installs from a folder, with whatever installs packages here, and is found by
# its name. Where nothing installs packages, it is unpacked as an installer would.
BeforeDiscovery {
    $package = $env:TOLLGATE_TEST_PACKAGE
}

BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
    Add-Type -AssemblyName 'System.IO.Compression.FileSystem'

    # Saves the package below a folder of modules and says what did it. PowerShellGet without its provider would ask for one.
    function Save-Package {
        param([string] $Source, [string] $Destination, [string] $Name = 'Tollgate')
        $repository = 'tollgate-test-' + [guid]::NewGuid().ToString('n')
        if (Get-Command -Name 'Save-PSResource' -ErrorAction Ignore) {
            Register-PSResourceRepository -Name $repository -Uri $Source -Trusted
            try {
                Save-PSResource -Name $Name -Repository $repository -Path $Destination -TrustRepository
            }
            finally {
                Unregister-PSResourceRepository -Name $repository
            }
            return 'PSResourceGet'
        }
        $provider = if (Get-Command -Name 'Save-Module', 'Get-PackageProvider' -ErrorAction Ignore) {
            Get-PackageProvider -Name 'NuGet' -ListAvailable -ErrorAction Ignore
        }
        if ($provider) {
            Register-PSRepository -Name $repository -SourceLocation $Source -InstallationPolicy Trusted
            try {
                Save-Module -Name $Name -Repository $repository -Path $Destination
            }
            finally {
                Unregister-PSRepository -Name $repository
            }
            return 'PowerShellGet'
        }
        $version = (Read-Manifest).ModuleVersion
        foreach ($module in 'Tollgate', $Name | Select-Object -Unique) {
            $package = Join-Path -Path $Source -ChildPath "$module.$version.nupkg"
            [System.IO.Compression.ZipFile]::ExtractToDirectory($package, (Join-Path -Path $Destination -ChildPath "$module/$version"))
        }
        'unpacked'
    }
}

Describe 'The package' -Skip:(-not $package) {
    BeforeAll {
        $source = Split-Path -Path $env:TOLLGATE_TEST_PACKAGE -Parent
        $modules = Join-Path -Path $TestDrive -ChildPath 'modules with spaces'
        $null = New-Item -Path $modules -ItemType Directory
        $null = Save-Package -Source $source -Destination $modules
        $installed = Join-Path -Path $modules -ChildPath ('Tollgate/' + (Read-Manifest).ModuleVersion)
    }

    It 'installs every file of the module as it was packed' {
        $packed = Get-ChildItem -Path $env:TOLLGATE_TEST_MODULE -File -Recurse
        $packed.Count | Should -BeGreaterThan 8
        foreach ($file in $packed) {
            $relative = $file.FullName.Substring((Get-Item -Path $env:TOLLGATE_TEST_MODULE).FullName.Length)
            $copy = Join-Path -Path $installed -ChildPath $relative
            (Get-FileHash -Path $copy).Hash | Should -Be (Get-FileHash -Path $file.FullName).Hash -Because $relative
        }
    }

    It 'is imported by its name from where it was installed, and its library loads' {
        $said = Invoke-FreshShell -Script @"
`$env:PSModulePath = '$modules' + [System.IO.Path]::PathSeparator + `$env:PSModulePath
Import-Module -Name Tollgate
'from ' + (Get-Module -Name Tollgate).ModuleBase
'slots ' + (Get-MiGate).SlotsTotal
"@
        $said | Should -Match ('from ' + [regex]::Escape((Get-Item -Path $installed).FullName))
        $said | Should -Match 'slots \d'
    }

    It 'is described as the Gallery wants it' {
        $archive = [System.IO.Compression.ZipFile]::OpenRead($env:TOLLGATE_TEST_PACKAGE)
        try {
            $reader = [System.IO.StreamReader]::new($archive.GetEntry('Tollgate.nuspec').Open())
            $described = ([xml] $reader.ReadToEnd()).package.metadata
        }
        finally {
            $archive.Dispose()
        }
        $manifest = Read-Manifest
        $described.id | Should -BeExactly 'Tollgate'
        $described.version | Should -BeExactly $manifest.ModuleVersion
        $described.authors | Should -BeExactly $manifest.Author
        $described.description | Should -BeExactly $manifest.Description
        $described.releaseNotes | Should -BeExactly $manifest.PrivateData.PSData.ReleaseNotes
        $tags = $described.tags -split ' '
        $tags | Should -Contain 'PSModule'
        foreach ($command in $manifest.CmdletsToExport) { $tags | Should -Contain "PSCommand_$command" }
    }
}

Describe 'The package of the Az names' -Skip:(-not $package) {
    It 'installs with the module it needs, and is found by a name of Az' {
        $modules = Join-Path -Path $TestDrive -ChildPath 'both modules'
        $null = New-Item -Path $modules -ItemType Directory
        $null = Save-Package -Source (Split-Path -Path $env:TOLLGATE_TEST_PACKAGE -Parent) -Destination $modules -Name 'Tollgate.Az'
        foreach ($file in Get-ChildItem -Path $env:TOLLGATE_TEST_AZ_MODULE -File -Recurse) {
            $relative = $file.FullName.Substring((Get-Item -Path $env:TOLLGATE_TEST_AZ_MODULE).FullName.Length)
            $copy = Join-Path -Path $modules -ChildPath ('Tollgate.Az/' + (Read-Manifest).ModuleVersion + $relative)
            (Get-FileHash -Path $copy).Hash | Should -Be (Get-FileHash -Path $file.FullName).Hash -Because $relative
        }
        $said = Invoke-FreshShell -Script @"
`$env:PSModulePath = '$modules' + [System.IO.Path]::PathSeparator + `$env:PSModulePath
'answers ' + (Get-Command -Name Connect-AzAccount).Source
'from ' + (Get-Module -Name Tollgate).ModuleBase
"@
        $said | Should -Match 'answers Tollgate\.Az'
        $said | Should -Match ('from ' + [regex]::Escape((Get-Item -Path $modules).FullName))
    }
}
