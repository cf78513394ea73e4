# In Constrained Language Mode every command works and shows what it shows elsewhere: the module is compiled, and its format file
# only reads properties. A session is constrained here as AppLocker and WDAC constrain those of a whole machine.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
    Reset-Everything
    $free = New-Session
    $constrained = New-Session -LanguageMode ConstrainedLanguage
    $connect = "Connect-MiAccount -SkipValidation -ClientId '$($First.ClientId)' -Subscription Production"

    # What a person sees. Numbers and times are of the moment.
    function Get-Sight {
        param($Session, [string] $Script)
        (Invoke-Session -Session $Session -Script "$Script | Out-String -Width 200") -replace '\d+', '#'
    }
}

AfterAll {
    Close-Session -Session $constrained
    Close-Session -Session $free
}

Describe 'A constrained session' {
    It 'is one' {
        Invoke-Session -Session $constrained -Script '$ExecutionContext.SessionState.LanguageMode' | Should -Be 'ConstrainedLanguage'
        $failure = Get-FailureOf -Command { Invoke-Session -Session $constrained -Script '[System.IO.Path]::GetTempPath()' }
        $failure.Exception.ErrorRecord.FullyQualifiedErrorId | Should -BeExactly 'MethodInvocationNotSupportedInConstrainedLanguage'
    }

    It 'sees what every session sees: <_>' -ForEach @(
        'Get-MiContext'
        'Get-MiContext -ListAvailable'
        'Get-MiContext | Format-List -Property *'
        '(Get-MiContext).Account'
        '(Get-MiContext).Environment'
        '(Get-MiContext).Subscription'
        '(Get-MiContext).Tenant'
        'Get-MiAccessToken'
        'Get-MiTokenCache'
        'Get-MiGate'
        'Test-MiAccount'
        'Test-MiAccount -Quiet'
        'Set-MiContext -SkipValidation -Subscription Other'
        'Clear-MiTokenCache -PassThru'
        'Disconnect-MiAccount'
    ) {
        foreach ($session in $free, $constrained) {
            $sight = Get-Sight -Session $session -Script $connect
            $sight | Should -Match 'Production'
        }
        $expected = Get-Sight -Session $free -Script $_
        $null = Get-Sight -Session $free -Script $connect
        $expected | Should -Not -BeNullOrEmpty
        Get-Sight -Session $constrained -Script $_ | Should -BeExactly $expected
    }

    It 'gets a token as text without calling a method' {
        $null = Invoke-Session -Session $constrained -Script $connect
        $token = Invoke-Session -Session $constrained -Script '(Get-MiAccessToken -AsPlainText).Token'
        $token | Should -Match $AnyToken
    }
}
