# What answers wrongly, or not at all: each has its error, told to the caller with the place it came from, and without the token.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
}

Describe 'A service that answers wrongly' {
    BeforeEach {
        Reset-Everything
        $null = Connect-MiAccount -SkipValidation -ClientId $First.ClientId
        Clear-MiTokenCache
    }

    It '<Fault> is <Name>' -ForEach @(
        @{ Fault = '{"fault":"html"}'; Name = 'MalformedResponse'; Category = 'InvalidData' }
        @{ Fault = '{"fault":"not_json"}'; Name = 'MalformedResponse'; Category = 'InvalidData' }
        @{ Fault = '{"fault":"missing_token"}'; Name = 'MalformedResponse'; Category = 'InvalidData' }
        @{ Fault = '{"fault":"oversized","bytes":3000000}'; Name = 'MalformedResponse'; Category = 'InvalidData' }
        @{ Fault = '{"fault":"expires_on","value":1565244611}'; Name = 'MalformedResponse'; Category = 'InvalidData' }
        @{ Fault = '{"fault":"expires_on","value":"soon"}'; Name = 'MalformedResponse'; Category = 'InvalidData' }
        @{ Fault = '{"fault":"redirect","location":"http://elsewhere.example/"}'; Name = 'EndpointNotTrusted'; Category = 'SecurityError' }
        @{ Fault = '{"fault":"status","code":403,"body":"no"}'; Name = 'Refused'; Category = 'AuthenticationError' }
        @{ Fault = '{"fault":"slow_body","milliseconds_per_byte":5}'; Name = 'TimedOut'; Category = 'OperationTimeout' }
        @{ Fault = '{"fault":"stall","times":9}'; Name = 'TimedOut'; Category = 'OperationTimeout' }
        @{ Fault = '{"fault":"hang","times":9}'; Name = 'TimedOut'; Category = 'OperationTimeout' }
    ) {
        Send-Simulator -Path faults -Json "[$Fault]"
        $given = Get-MiAccessToken -TimeoutSeconds 1 -ErrorVariable failure -ErrorAction SilentlyContinue
        $given | Should -BeNullOrEmpty
        $failure.Count | Should -Be 1
        $failure[0].FullyQualifiedErrorId | Should -BeExactly "$Name,Tollgate.PowerShell.GetMiAccessTokenCommand"
        $failure[0].CategoryInfo.Category | Should -Be $Category
        $failure[0].TargetObject | Should -BeExactly $Arm
        $failure[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        $failure[0] | Format-List -Property * -Force | Out-String | Should -Not -Match $AnyToken
    }

    It 'never repeats a token that stands in a broken answer' {
        $token = 'eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJhdWQiOiJodHRwcyJ9.signature'
        Send-Simulator -Path faults -Json ('[{"fault":"body","raw":"{\"access_token\":\"' + $token + '\",\"expires_on\":"}]')
        $null = Get-MiAccessToken -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].FullyQualifiedErrorId | Should -Match '^MalformedResponse,'
        $failure[0].Exception.ToString() + $failure[0].ErrorDetails | Should -Not -Match $AnyToken
    }

    It 'is asked again where that helps: <_>' -ForEach @(
        '{"fault":"throttle"}'
        '{"fault":"status","code":500,"body":"busy"}'
        '{"fault":"status","code":503,"body":"busy","headers":[["Retry-After","1"]]}'
        '{"fault":"reset"}'
        '{"fault":"truncated"}'
    ) {
        Send-Simulator -Path faults -Json "[$_]"
        (Get-MiAccessToken -ErrorAction Stop).UserId | Should -BeExactly $First.ClientId
    }

    It 'loses nothing: the next call succeeds' {
        Send-Simulator -Path faults -Json '[{"fault":"html"}]'
        $null = Get-MiAccessToken -ErrorAction SilentlyContinue
        (Get-MiAccessToken -ErrorAction Stop).UserId | Should -BeExactly $First.ClientId
    }

    It 'lets a script go on, since only this one token is lacking' {
        Send-Simulator -Path faults -Json '[{"fault":"html"}]'
        $reached = & {
            $ErrorActionPreference = 'SilentlyContinue'
            $null = Get-MiAccessToken
            'reached'
        }
        $reached | Should -Be 'reached'
    }
}

Describe 'An address where nobody answers' {
    BeforeAll {
        $usual = $env:AZURE_POD_IDENTITY_AUTHORITY_HOST
        $gone = Start-Simulator
        Stop-Simulator -Simulator $gone
    }

    AfterAll {
        $env:AZURE_POD_IDENTITY_AUTHORITY_HOST = $usual
        $null = Connect-MiAccount -SkipValidation
    }

    It 'is EndpointUnreachable, and named' {
        $env:AZURE_POD_IDENTITY_AUTHORITY_HOST = $gone.Url
        $failure = Get-FailureOf { Connect-MiAccount -SkipValidation -TimeoutSeconds 20 }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'EndpointUnreachable,Tollgate.PowerShell.ConnectMiAccountCommand'
        $failure.CategoryInfo.Category | Should -Be 'ConnectionError'
        $failure.Exception.Message | Should -Match ([regex]::Escape($gone.Url))
    }

    It 'is InvalidArgument when it is no address: <_>' -ForEach 'nonsense', 'ftp://127.0.0.1', 'http://' {
        $env:AZURE_POD_IDENTITY_AUTHORITY_HOST = $_
        (Get-FailureOf { Connect-MiAccount -SkipValidation }).FullyQualifiedErrorId | Should -BeExactly 'InvalidArgument,Tollgate.PowerShell.ConnectMiAccountCommand'
    }
}

Describe 'A broken installation' {
    BeforeAll {
        $broken = New-TestFolder
        Copy-Item -Path "$env:TOLLGATE_TEST_MODULE/*" -Destination $broken -Recurse
        Remove-Item -Path "$broken/runtimes" -Recurse
    }

    AfterAll {
        Remove-Item -Path $broken -Recurse -Force
    }

    It 'imports, and names what is missing at the first need' {
        $said = Invoke-FreshShell -Script @"
Import-Module -Name '$broken/Tollgate.psd1'
try { Connect-MiAccount -SkipValidation } catch { `$_.FullyQualifiedErrorId; [string] `$_.CategoryInfo.Category; `$_.Exception.Message }
Get-MiContext
'still here'
"@
        $said | Should -Match 'NativeLibrary,Tollgate\.PowerShell\.ConnectMiAccountCommand'
        $said | Should -Match 'NotInstalled'
        $said | Should -Match 'was not found; searched: .*runtimes'
        $said | Should -Match 'still here'
    }
}

Describe 'A gate folder that cannot be used' {
    It 'makes this process pace itself alone, and the token comes all the same: <What>' -ForEach @(
        @{ What = 'it does not exist'; Prepare = { param($Folder) Join-Path -Path $Folder -ChildPath 'nothing/here' } }
        @{ What = 'it is a file'; Prepare = { param($Folder) (New-Item -Path (Join-Path -Path $Folder -ChildPath 'file') -ItemType File).FullName } }
    ) {
        $gate = & $Prepare $TestDrive
        $said = Invoke-FreshShell -Script @"
`$env:TOLLGATE_GATE_DIRECTORY = '$gate'
Import-Module -Name '$Manifest'
`$null = Connect-MiAccount -SkipValidation
'token ' + (Get-MiAccessToken).Type
'shared ' + (Get-MiGate).Shared
'because ' + (Get-MiGate).AloneBecause
"@
        $said | Should -Match 'WARNING: '
        $said | Should -Match 'token Bearer'
        $said | Should -Match 'shared False'
        $said | Should -Match 'because \S'
    }
}
