# What errors and lines say: in whole sentences, with the names that the caller used.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
    Import-Module -Name $AzManifest -Global
    $azure = Start-ArmSimulator
}

AfterAll {
    Stop-Simulator -Simulator $azure
}

Describe 'An error' {
    BeforeEach {
        Reset-Everything
    }

    It 'names the parameter by which the identity was given: <Given.Keys>' -ForEach @(
        @{ Given = @{ ClientId = '20000000-c11e-4000-8000-000000000001' } }
        @{ Given = @{ AccountId = '20000000-c11e-4000-8000-000000000001' } }
        @{ Given = @{ ObjectId = '20000000-0b1e-4000-8000-000000000001' } }
    ) {
        # Cloud Shell takes no identity.
        $before = Set-TestEnvironment -Variables @{ MSI_ENDPOINT = 'http://127.0.0.1:9/' }
        try {
            $failure = Get-FailureOf { Connect-MiAccount -SkipValidation @Given }
        }
        finally {
            $null = Set-TestEnvironment -Variables $before
        }
        $failure.FullyQualifiedErrorId | Should -Match '^InvalidArgument,'
        $failure.Exception.Message | Should -Match "^-$($Given.Keys) names the identity"
        $failure.ErrorDetails.Message | Should -Match "^-$($Given.Keys) names the identity"
    }

    It 'says what is wrong with a value, and with which parameter''s' {
        (Get-FailureOf { Connect-MiAccount -SkipValidation -ClientId nonsense }).Exception.Message | Should -Match "^-ClientId[ :]"
        $null = Connect-MiAccount -SkipValidation
        (Get-FailureOf { Get-MiAccessToken -ResourceUrl 'a b' }).Exception.Message | Should -Match '^-ResourceUrl '
        $before = Set-TestEnvironment -Variables @{ IDENTITY_ENDPOINT = 'nonsense'; IDENTITY_HEADER = 'hush' }
        try {
            (Get-FailureOf { Connect-MiAccount }).Exception.Message | Should -Match "^IDENTITY_ENDPOINT: 'nonsense' "
        }
        finally {
            $null = Set-TestEnvironment -Variables $before
        }
    }

    It 'names every parameter with its dash: <Given.Keys>' -ForEach @(
        @{ Given = [ordered] @{ AccountId = 'MSI@50342'; ClientId = '20000000-c11e-4000-8000-000000000001' }; Said = '^-ClientId cannot be given together with -AccountId;' }
        @{ Given = [ordered] @{ ClientId = '20000000-c11e-4000-8000-000000000001'; ObjectId = '20000000-0b1e-4000-8000-000000000001' }; Said = '^-ObjectId cannot be given together with -ClientId;' }
        @{ Given = [ordered] @{ ObjectId = '20000000-0b1e-4000-8000-000000000001'; ResourceId = '/subscriptions/x' }; Said = '^-ResourceId cannot be given together with -ObjectId;' }
    ) {
        foreach ($command in 'Connect-MiAccount', 'Test-MiAccount') {
            (Get-FailureOf { & $command @Given }).Exception.Message | Should -MatchExactly $Said
        }
    }

    It 'names both parameters of a content that is given twice with their dashes' {
        Connect-ArmSimulator -Simulator $azure
        $file = (New-Item -Path (Join-Path -Path $TestDrive -ChildPath 'content') -Value '{}').FullName
        $said = (Get-FailureOf { Invoke-MiRestMethod -Path '/subscriptions?api-version=2022-12-01' -Method Put -InFile $file -Payload '{}' -ErrorAction Stop }).Exception.Message
        $said | Should -MatchExactly '^-InFile excludes -Payload$'
    }

    It 'leaves a value as it was given, whatever parameter it is called like' {
        (Get-FailureOf { Connect-MiAccount -ClientId 'together with ObjectId' }).Exception.Message | Should -MatchExactly "^-ClientId: 'together with ObjectId' is no GUID"
    }

    It 'is no name and a sentence in one' {
        Connect-ArmSimulator -Simulator $azure
        $said = (Get-FailureOf { Connect-MiAccount -Environment Sim -Tenant nobody.example }).Exception.Message
        $said | Should -Match "^Could not find tenant id for provided tenant domain 'nobody\.example'"
        $said = (Get-FailureOf { Invoke-MiRestMethod -Uri 'https://elsewhere.example/' -ErrorAction Stop }).Exception.Message
        $said | Should -Match '^Cannot find resource id\(audience\) for authentication at https://elsewhere\.example;'
        $missing = Join-Path -Path $TestDrive -ChildPath 'none/file'
        $said = (Get-FailureOf { Invoke-MiRestMethod -Path '/subscriptions?api-version=2022-12-01' -Method Put -InFile $missing -ErrorAction Stop }).Exception.Message
        $said | Should -Match "^-InFile: '.*file' cannot be read"
    }

    It 'gives its advice with the names that the caller uses' {
        Connect-ArmSimulator -Simulator $azure
        $own = Get-FailureOf { Get-MiResourceGroup -Name rg-none -ErrorAction Stop }
        $own.ErrorDetails.RecommendedAction | Should -Match 'Set-MiContext'
        $az = Get-FailureOf { Get-AzResourceGroup -Name rg-none -ErrorAction Stop }
        $az.ErrorDetails.RecommendedAction | Should -Match 'Set-AzContext'
        $az.ErrorDetails.RecommendedAction | Should -Not -Match '-Mi'
        (Get-FailureOf { Select-AzContext -Name Prod-Mirror -ErrorAction Stop }).Exception.Message | Should -Match "'Prod-Mirror'"
    }
}

Describe 'A line with -Verbose' {
    It 'is a sentence' {
        Reset-Everything
        $null = Connect-MiAccount -SkipValidation
        Send-Simulator -Path faults -Json '[{"fault":"throttle","retry_after":"0"}]'
        $lines = @(Get-MiAccessToken -ForceRefresh -Verbose 4>&1 | Where-Object -FilterScript { $_ -is [System.Management.Automation.VerboseRecord] })
        $lines | Should -Not -BeNullOrEmpty
        foreach ($line in $lines) { $line.Message | Should -MatchExactly '^[A-Z].*\.$' }
    }
}

Describe 'What a command says of each step' {
    BeforeEach {
        Reset-Everything
        $null = Connect-MiAccount -SkipValidation
    }

    It 'is a line with -Verbose when a token came from memory, and none otherwise' {
        Get-MiAccessToken -Verbose 4>&1 | Out-String | Should -Match 'came from memory: .* \(expires \d{4}-\d\d-\d\d'
        Get-MiAccessToken -ForceRefresh -Verbose 4>&1 | Out-String | Should -Not -Match 'came from memory'
    }

    It 'tells times by the same calendar in every culture' {
        $before = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = 'th-TH'
            Get-MiAccessToken -Verbose 4>&1 | Out-String | Should -Match "\(expires $([DateTime]::UtcNow.ToString('yyyy', [cultureinfo]::InvariantCulture))"
        } finally {
            [cultureinfo]::CurrentCulture = $before
        }
    }

    It 'is made where the preference asks for it as well, and with -Verbose:$false not' {
        $VerbosePreference = 'Continue'
        Get-MiAccessToken 4>&1 | Out-String | Should -Match 'came from memory'
        Get-MiAccessToken -Verbose:$false 4>&1 | Out-String | Should -Not -Match 'came from memory'
    }

    It 'is a line each with -Debug, for the decision, the source, the slot, the send and the answer' {
        $lines = @(Get-MiAccessToken -ForceRefresh -Debug 5>&1 | Where-Object -FilterScript { $_ -is [System.Management.Automation.DebugRecord] })
        # The lines of -Verbose are among them, for PowerShell would ask at each of those whether to go on.
        # Whoever has to wait in line says so too.
        $lines.Message | Where-Object -FilterScript { $_ -notmatch '^Place:' } | ForEach-Object -Process { ($_ -split ' ')[0] } | Should -Be 'Token', 'Source:', 'Slot:', 'Asking', 'Send:', 'Answer:'
        $lines.Message -join ' ' | Should -Not -Match $AnyToken
    }
}
