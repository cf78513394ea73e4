# Which host gets which token, and that nobody else gets one: test servers on loopback, and Azure's hosts under their own names, over
# TLS. Those in a shell of their own, for whom to trust is read once in a process; the simulator is trusted by a variable: not on Windows.
BeforeDiscovery {
    $onWindows = [System.Environment]::OSVersion.Platform -eq 'Win32NT'
}

BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
    if ([System.Environment]::OSVersion.Platform -ne 'Win32NT') { $azure = Enter-Azure -Argument (@('elsewhere.example', 'westus.management.azure.com', 'a.search.windows.net', 'reg.azurecr.io', 'a.z12.blob.storage.azure.net', 'ns.servicebus.windows.net', 'app.azurewebsites.net', 'app.scm.azurewebsites.net' | ForEach-Object -Process { "--host $_" }) -join ' ') }

    # Connected; of an error only its id and its text are printed.
    function Invoke-Connected {
        param([string] $Script)
        (Invoke-FreshShell -Script @"
Import-Module -Name '$Manifest'
`$null = Connect-MiAccount -SkipValidation
try { $Script } catch { `$_.FullyQualifiedErrorId; `$_.Exception.Message }
"@).Trim() -split '\r?\n'
    }
}

AfterAll {
    if ($azure) { Exit-Azure -Visited $azure }
}

Describe 'A request to a host of Azure' -Skip:$onWindows {
    BeforeEach {
        Reset-Everything
        Send-Simulator -Path reset -Url $azure.Url
        Clear-ArmRequest -Simulator $azure
    }

    It 'asks <Name> with its own token, found by the host' -ForEach @(
        @{ Name = 'a vault'; Uri = 'https://kv.vault.azure.net/secrets/mine?api-version=7.4'; Shows = 'simulated-mine' }
        @{ Name = 'Microsoft Graph'; Uri = 'https://graph.microsoft.com/v1.0/me'; Shows = 'simulated@simulated.example' }
        @{ Name = 'Azure Resource Manager'; Uri = 'https://management.azure.com/subscriptions?api-version=2022-12-01'; Shows = 'Simulated One' }
        @{ Name = 'the one of another cloud, named by its audience'; Uri = 'https://management.usgovcloudapi.net/subscriptions?api-version=2022-12-01'' -ResourceId ''https://management.usgovcloudapi.net'; Shows = 'Simulated One' }
    ) {
        $said = Invoke-Connected "`$answer = Invoke-MiRestMethod -Uri '$Uri'; `$answer.StatusCode; `$answer.Content"
        $said[0] | Should -BeExactly '200'
        $said[1] | Should -Match ([regex]::Escape($Shows))
        $asked = @(Get-ArmRequest -Simulator $azure)
        $asked | Should -HaveCount 1
        $asked[0].scheme | Should -BeExactly 'https'
    }

    It 'reads a blob, which Azure PowerShell needs a named resource for, into a file' {
        $file = Join-Path -Path $TestDrive -ChildPath 'blob.bin'
        $said = Invoke-Connected "(Invoke-MiRestMethod -Uri 'https://account.blob.core.windows.net/container/blob' -OutFile '$file').StatusCode"
        $said | Should -BeExactly '200'
        (Get-Item -Path $file).Length | Should -Be 1MB
    }

    It 'gives an error of storage as the answer it is' {
        $said = Invoke-Connected "`$answer = Invoke-MiRestMethod -Uri 'https://account.blob.core.windows.net/container/blob' -Method DELETE; `$answer.StatusCode; `$answer.Content"
        $said[0] | Should -BeExactly '405'
        $said[1] | Should -Match '<Code>UnsupportedHttpVerb</Code>'
    }

    It 'follows the pages of Microsoft Graph' {
        Send-Simulator -Path content -Url $azure.Url -Json '{"pageSize":2}'
        $said = Invoke-Connected "Invoke-MiRestMethod -Uri 'https://graph.microsoft.com/v1.0/organization' -Paginate | ForEach-Object { (`$_.Content | ConvertFrom-Json).value.displayName -join ',' }"
        $said | Should -Be 'Simulated 1,Simulated 2', 'Simulated 3'
    }

    It 'goes on to another host without the token' {
        $said = Invoke-Connected @'
(Invoke-MiRestMethod -Path '/redirect/302?to=https://elsewhere.example/echo' -Headers @{ 'x-mine' = 'secret' }).Content
'@
        $echo = $said | ConvertFrom-Json
        $echo.headers.'x-mine' | Should -BeNullOrEmpty
        $asked = @(Get-ArmRequest -Simulator $azure)
        $asked.host -replace ':443$' | Should -Be 'management.azure.com', 'elsewhere.example'
        $asked.authorized | Should -Be $true, $false
        $asked[1].tokenId | Should -BeNullOrEmpty
    }

    It 'does not go on <What>' -ForEach @(
        @{ What = 'from https to http'; To = 'http://elsewhere.example/echo'; Words = 'redirects from https to something else' }
        @{ What = 'to an address inside the machine'; To = 'https://169.254.169.254/metadata'; Words = 'redirects to an address inside' }
    ) {
        $said = Invoke-Connected "Invoke-MiRestMethod -Path '/redirect/302?to=$To' -ErrorAction Stop"
        $said[0] | Should -BeExactly 'EndpointNotTrusted,Tollgate.PowerShell.InvokeMiRestMethodCommand'
        $said[1] | Should -Match $Words
        @(Get-ArmRequest -Simulator $azure) | Should -HaveCount 1
    }

    It 'does not go to a next page on another host' {
        Send-Simulator -Path content -Url $azure.Url -Json '{"pageSize":2,"nextLinkOrigin":"https://elsewhere.example"}'
        $said = Invoke-Connected "Invoke-MiRestMethod -Path '/subscriptions?api-version=2022-12-01' -Paginate -ErrorAction Stop"
        $said[0] | Should -BeExactly 'EndpointNotTrusted,Tollgate.PowerShell.InvokeMiRestMethodCommand'
        (Get-ArmRequest -Simulator $azure).host | Should -Match '^management\.azure\.com'
    }

    It 'refuses <What>, and no header leaves the process' -ForEach @(
        @{ What = 'a host that is nobody''s'; Request = "-Uri 'https://elsewhere.example/echo'"; Id = 'InvalidArgument'; Words = 'cannot find resource id\(audience\) for authentication' }
        @{ What = 'a host that only looks like Azure''s'; Request = "-Uri 'https://management.azure.com.elsewhere.example/echo'"; Id = 'InvalidArgument'; Words = 'cannot find resource id' }
        @{ What = 'another host for a token of Azure''s'; Request = "-Uri 'https://elsewhere.example/echo' -ResourceId 'https://management.azure.com'"; Id = 'EndpointNotTrusted'; Words = 'goes only to' }
        @{ What = 'a blob for a vault''s token'; Request = "-Uri 'https://account.blob.core.windows.net/c/b' -ResourceId 'https://vault.azure.net'"; Id = 'EndpointNotTrusted'; Words = 'goes only to' }
        @{ What = 'plain http to Azure itself'; Request = "-Uri 'http://management.azure.com/subscriptions'"; Id = 'EndpointNotTrusted'; Words = 'over https only' }
        @{ What = 'a name and password in the address'; Request = "-Uri 'https://me:word@management.azure.com/subscriptions'"; Id = 'EndpointNotTrusted'; Words = 'a name or a password' }
    ) {
        $before = (Get-SimulatorCount).token_requests
        $said = Invoke-Connected "Invoke-MiRestMethod $Request -ErrorAction Stop"
        $said[0] | Should -BeExactly "$Id,Tollgate.PowerShell.InvokeMiRestMethodCommand"
        $said[1] | Should -Match $Words
        "$said" | Should -Not -Match 'word@'
        Get-ArmRequest -Simulator $azure | Should -BeNullOrEmpty
        # The one with which the shell connected.
        (Get-SimulatorCount).token_requests - $before | Should -Be 1
    }

    It 'asks <Uri> with a token for <Audience>, found by the host' -ForEach @(
        @{ Uri = 'https://westus.management.azure.com/echo'; Audience = 'https://management.core.windows.net/' }
        @{ Uri = 'https://a.search.windows.net/echo'; Audience = 'https://search.azure.com' }
        @{ Uri = 'https://reg.azurecr.io/echo'; Audience = 'https://containerregistry.azure.net' }
        @{ Uri = 'https://a.z12.blob.storage.azure.net/echo'; Audience = 'https://storage.azure.com/' }
    ) {
        $said = Invoke-Connected "(Invoke-MiRestMethod -Uri '$Uri').StatusCode; (Get-MiTokenCache).Resource"
        $said[0] | Should -BeExactly '200'
        $said | Should -Contain $Audience
        (Get-ArmRequest -Simulator $azure).authorized | Should -Be $true
    }

    It 'tells storage in a DNS zone the version that it wants' {
        $said = Invoke-Connected "(Invoke-MiRestMethod -Uri 'https://a.z12.blob.storage.azure.net/echo').Content"
        ($said | ConvertFrom-Json).headers.'x-ms-version' | Should -Match '^20'
    }

    It 'goes to a next page at a regional Resource Manager' {
        Send-Simulator -Path content -Url $azure.Url -Json '{"pageSize":2,"nextLinkOrigin":"https://westus.management.azure.com"}'
        $said = Invoke-Connected "Invoke-MiRestMethod -Path '/subscriptions?api-version=2022-12-01' -Paginate | ForEach-Object { `$_.StatusCode }"
        $said | Should -Be '200', '200'
        $asked = @(Get-ArmRequest -Simulator $azure)
        $asked.host -replace ':443$' | Should -Be 'management.azure.com', 'westus.management.azure.com'
        $asked.authorized | Should -Be $true, $true
    }

    It 'sends a token for <Named> to <Uri>, which nobody gets unnamed' -ForEach @(
        @{ Named = 'https://servicebus.azure.net'; Uri = 'https://ns.servicebus.windows.net/echo' }
        @{ Named = 'https://eventhubs.azure.net/'; Uri = 'https://ns.servicebus.windows.net/echo' }
        @{ Named = 'https://appservice.azure.com'; Uri = 'https://app.scm.azurewebsites.net/echo' }
        @{ Named = 'api://0b1c'; Uri = 'https://app.azurewebsites.net/echo' }
        @{ Named = 'https://contoso.example'; Uri = 'https://elsewhere.example/echo' }
    ) {
        $said = Invoke-Connected "(Invoke-MiRestMethod -Uri '$Uri' -ResourceId '$Named').StatusCode; Invoke-MiRestMethod -Uri '$Uri' -ErrorAction Stop"
        $said[0] | Should -BeExactly '200'
        $said[1] | Should -BeExactly 'InvalidArgument,Tollgate.PowerShell.InvokeMiRestMethodCommand'
        $said[2] | Should -Match 'cannot find resource id\(audience\) for authentication'
        @(Get-ArmRequest -Simulator $azure).authorized | Should -Be $true
    }

    It 'shows no token for <Named> to the owner of <Owned>' -ForEach @(
        @{ Named = 'https://management.azure.com'; Owned = 'app.azurewebsites.net' }
        @{ Named = 'https://management.core.windows.net/'; Owned = 'app.scm.azurewebsites.net' }
        @{ Named = 'https://graph.microsoft.com'; Owned = 'ns.servicebus.windows.net' }
        @{ Named = 'https://appservice.azure.com'; Owned = 'app.azurewebsites.net' }
    ) {
        $said = Invoke-Connected "Invoke-MiRestMethod -Uri 'https://$Owned/echo' -ResourceId '$Named' -ErrorAction Stop"
        $said[0] | Should -BeExactly 'EndpointNotTrusted,Tollgate.PowerShell.InvokeMiRestMethodCommand'
        $said[1] | Should -Match 'the owner of this host can read what is sent there'
        Get-ArmRequest -Simulator $azure | Should -BeNullOrEmpty
    }

    It 'leaves the token behind at any redirect of such a host' {
        $null = Invoke-Connected "Invoke-MiRestMethod -Uri 'https://ns.servicebus.windows.net/redirect/302?to=/echo' -ResourceId 'https://relay.azure.net'"
        (Get-ArmRequest -Simulator $azure).authorized | Should -Be $true, $false
    }

    It 'trusts nobody whom the system does not trust' {
        $before = Set-TestEnvironment -Variables @{ SSL_CERT_FILE = $null }
        try {
            $said = Invoke-Connected "Invoke-MiRestMethod -Path '/subscriptions?api-version=2022-12-01' -ErrorAction Stop"
        }
        finally {
            $null = Set-TestEnvironment -Variables $before
        }
        $said[0] | Should -BeExactly 'EndpointNotTrusted,Tollgate.PowerShell.InvokeMiRestMethodCommand'
        Get-ArmRequest -Simulator $azure | Should -BeNullOrEmpty
    }
}

Describe 'A request to a test server on loopback' {
    BeforeAll {
        $server = Start-ArmSimulator
        # Another origin, to which no token for the first may go.
        $elsewhere = Start-ArmSimulator -Argument '--host elsewhere.example'
    }

    AfterAll {
        Stop-Simulator -Simulator $server
        Stop-Simulator -Simulator $elsewhere
    }

    BeforeEach {
        Reset-Everything
        Connect-ArmSimulator -Simulator $server
        Clear-ArmRequest -Simulator $elsewhere
    }

    It 'refuses <What>' -ForEach @(
        @{ What = 'a host that is nobody''s'; Given = { @{ Uri = $elsewhere.Url + '/echo' } }; Words = 'over https only' }
        @{ What = 'a host that is another''s'; Given = { @{ Uri = $elsewhere.Url + '/echo'; ResourceId = $Arm } }; Words = 'only' }
        @{ What = 'an application''s token over http'; Given = { @{ Uri = $elsewhere.Url + '/echo'; ResourceId = 'api://mine' } }; Words = 'over https only' }
        @{ What = 'plain http to Azure itself'; Given = { @{ Uri = 'http://management.azure.com/echo'; ResourceId = $Arm } }; Words = 'over https only' }
        @{ What = 'a name and password in the address'; Given = { @{ Uri = $server.Url.Replace('//', '//me:word@') + '/echo' } }; Words = 'a name or a password' }
    ) {
        $request = & $Given
        $before = (Get-SimulatorCount).token_requests
        $failure = Get-FailureOf { Invoke-MiRestMethod @request -ErrorAction Stop }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'EndpointNotTrusted,Tollgate.PowerShell.InvokeMiRestMethodCommand'
        $failure.Exception.Message | Should -Match $Words
        $failure | Out-String | Should -Not -Match 'word@'
        Get-ArmRequest -Simulator $elsewhere | Should -BeNullOrEmpty
        Get-ArmRequest -Simulator $server | Should -BeNullOrEmpty
        (Get-SimulatorCount).token_requests | Should -Be $before
    }

    It 'does not go along a redirect to another host' {
        $null = Invoke-MiRestMethod -Path "/redirect/302?to=$([uri]::EscapeDataString($elsewhere.Url + '/echo'))"
        $arrived = @(Get-ArmRequest -Simulator $elsewhere)
        $arrived | Should -HaveCount 1
        $arrived.authorized | Should -BeFalse
        $arrived.tokenId | Should -BeNullOrEmpty
    }

    It 'goes along a redirect on the same host' {
        (Invoke-MiRestMethod -Path "/redirect/302?to=$([uri]::EscapeDataString($server.Url + '/echo'))").StatusCode | Should -Be 200
        (Get-ArmRequest -Simulator $server).authorized | Should -Be $true, $true
    }

    It 'gives the redirect of a write as it is, and sends nothing on' {
        $answer = Invoke-MiRestMethod -Path "/redirect/307?to=$([uri]::EscapeDataString($elsewhere.Url + '/echo'))" -Method POST -Payload 'secret'
        $answer.StatusCode | Should -Be 307
        Get-ArmRequest -Simulator $elsewhere | Should -BeNullOrEmpty
    }

    It 'does not go to a next page elsewhere' {
        Send-Simulator -Path content -Url $server.Url -Json (@{ subscriptions = 25; pageSize = 10; nextLinkOrigin = $elsewhere.Url } | ConvertTo-Json)
        $failure = Get-FailureOf { Invoke-MiRestMethod -Path '/subscriptions?api-version=2022-12-01' -Paginate -ErrorAction Stop }
        $failure.FullyQualifiedErrorId | Should -Match '^EndpointNotTrusted,'
        Get-ArmRequest -Simulator $elsewhere | Should -BeNullOrEmpty
    }
}
