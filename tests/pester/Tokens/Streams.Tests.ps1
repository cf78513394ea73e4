# No token in any stream, transcript, view or text of an error.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
    Reset-Everything
    $script = @"
`$VerbosePreference = `$DebugPreference = `$InformationPreference = `$ProgressPreference = 'Continue'
`$null = Start-Transcript -Path '$TestDrive/transcript.txt'
Import-Module -Name '$Manifest'
Connect-MiAccount -SkipValidation -ClientId '$($First.ClientId)'
`$secure = Get-MiAccessToken
`$plain = Get-MiAccessToken -AsPlainText
`$header = Get-MiAccessToken -AsHeader
`$secure; `$plain
`$secure | Out-String; `$plain | Out-String
`$secure | Format-Table; `$plain | Format-Table; `$plain | Format-Wide
"`$secure `$plain"
`$secure | Format-List -Property * -Force
`$secure | ConvertTo-Json
Get-MiTokenCache | Format-List -Property * -Force
Get-MiContext | Format-List -Property * -Force
Get-MiContext | ConvertTo-Json -Depth 5 -WarningAction SilentlyContinue
Get-MiGate
Test-MiAccount
Test-MiAccount | Format-List -Property *
Invoke-RestMethod -Uri '$env:AZURE_POD_IDENTITY_AUTHORITY_HOST/sim/faults' -Method Post -ContentType application/json -Body '[{"fault":"redirect","location":"http://elsewhere.example/"},{"fault":"truncated"},{"fault":"html"}]' -Verbose:`$false
Get-MiAccessToken -ForceRefresh -ErrorAction Continue
Get-MiAccessToken -ForceRefresh -ErrorAction Continue
Get-MiAccessToken -ResourceUrl 'two words' -ErrorAction Continue
`$Error | ForEach-Object -Process { `$_ | Format-List -Property * -Force; `$_.Exception.ToString() }
Disconnect-MiAccount
`$null = Stop-Transcript
'length ' + `$plain.Token.Length
'starts ' + `$plain.Token.Substring(0, 3)
"@
    $all = Invoke-FreshShell -Script $script
    $transcript = Get-Content -Path "$TestDrive/transcript.txt" -Raw
}

Describe 'Every stream' {
    It 'was heard: output, verbose lines, errors' {
        $all | Should -Match 'length \d{4}'
        $all | Should -Match 'starts eyJ'
        $all | Should -Match 'VERBOSE: '
        $all | Should -Match 'cannot be trusted'
        $all | Should -Match 'web page'
    }

    It 'is free of tokens' {
        $all | Should -Not -Match $AnyToken
    }

    It 'is free of tokens in a transcript' {
        $transcript | Should -Match 'characters, not shown'
        $transcript | Should -Not -Match $AnyToken
    }
}
