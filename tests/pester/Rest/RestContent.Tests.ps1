# What Invoke-MiRestMethod sends as content, from values and files, and the files that take the answer.
BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
    $azure = Start-ArmSimulator
}

AfterAll {
    Stop-Simulator -Simulator $azure
}

Describe 'The content of a request' {
    BeforeEach {
        Reset-Everything
        Connect-ArmSimulator -Simulator $azure
    }

    It 'sends <Method> with its content and type' -ForEach @(
        @{ Method = 'PUT' }, @{ Method = 'post' }, @{ Method = 'PATCH' }, @{ Method = 'DELETE' }
    ) {
        $text = '{"name":"Stra' + [char]0xdf + 'e"}'
        $echo = (Invoke-MiRestMethod -Path '/echo' -Method $Method -Payload $text -Headers @{ 'x-mine' = 'yes' }).Content | ConvertFrom-Json
        $echo.method | Should -BeExactly $Method.ToUpperInvariant()
        $echo.contentType | Should -Match '^application/json'
        $echo.length | Should -Be 18
        $echo.headers.'x-mine' | Should -BeExactly 'yes'
        $echo.headers.'x-ms-client-request-id' | Should -Match '^[0-9a-f-]{36}$'
    }

    It 'announces that there is nothing when the content is empty' {
        foreach ($method in 'PUT', 'POST', 'PATCH', 'DELETE') {
            $echo = (Invoke-MiRestMethod -Path '/echo' -Method $method -Payload '').Content | ConvertFrom-Json
            $echo.headers.'content-length' | Should -BeExactly '0'
        }
    }

    It 'sends <What> as JSON' -ForEach @(
        @{ What = 'a table'; Payload = @{ name = 'a"b\c' }; Json = '{"name":"a\"b\\c"}' }
        @{ What = 'what is in a table, in its order'; Payload = [ordered] @{ z = @{}; a = @(); n = $null; t = $true; i = 5; d = 1.5; s = [ordered] @{ '' = '' } }; Json = '{"z":{},"a":[],"n":null,"t":true,"i":5,"d":1.5,"s":{"":""}}' }
        @{ What = 'an object'; Payload = [pscustomobject] @{ a = 1, 'two', @{ b = 3 } }; Json = '{"a":[1,"two",{"b":3}]}' }
        @{ What = 'a list of tables'; Payload = @(@{ a = 1 }, @{ a = 2 }); Json = '[{"a":1},{"a":2}]' }
        @{ What = 'an empty table'; Payload = @{}; Json = '{}' }
        @{ What = 'a dictionary of .NET'; Payload = [System.Collections.Generic.Dictionary[string, object]]::new(); Json = '{}' }
        @{ What = 'times, ids and names'; Payload = [ordered] @{ t = [datetime]::new(2024, 1, 2, 3, 4, 5, [System.DateTimeKind]::Utc); g = [guid]::Empty; e = [System.DayOfWeek]::Monday; u = [uri] 'https://a/b c' }; Json = '{"t":"2024-01-02T03:04:05.0000000Z","g":"00000000-0000-0000-0000-000000000000","e":"Monday","u":"https://a/b c"}' }
        @{ What = 'a text from a file'; Payload = @{ text = (Get-Content -Path $PSCommandPath -TotalCount 1) }; Json = '{"text":"' + [System.IO.File]::ReadAllLines($PSCommandPath)[0] + '"}' }
    ) {
        $echo = (Invoke-MiRestMethod -Path '/echo' -Method PUT -Payload $Payload).Content | ConvertFrom-Json
        $bytes = [System.Text.Encoding]::UTF8.GetBytes($Json)
        $echo.length | Should -Be $bytes.Length
        $echo.sha256 | Should -BeExactly (Get-FileHash -InputStream ([System.IO.MemoryStream]::new($bytes))).Hash.ToLowerInvariant()
        $echo.contentType | Should -Match '^application/json'
    }

    It 'refuses <What> as content' -ForEach @(
        @{ What = 'the lines of a file'; Payload = @('{', '}'); Words = '-Raw' }
        @{ What = 'bytes'; Payload = [byte[]] (1, 2); Words = '-InFile' }
        @{ What = 'what has no form in JSON'; Payload = @{ a = [timespan]::Zero }; Words = 'TimeSpan has no form in JSON' }
        @{ What = 'what is no number'; Payload = @{ a = [double]::NaN }; Words = 'NaN is no number' }
        @{ What = 'what is in itself'; Payload = $($ring = @{}; $ring.ring = $ring; $ring); Words = 'nested deeper than 127 levels, or in itself' }
    ) {
        $failure = Get-FailureOf { Invoke-MiRestMethod -Path '/echo' -Method PUT -Payload $Payload }
        $failure.FullyQualifiedErrorId | Should -BeExactly 'ParameterArgumentTransformationError,Tollgate.PowerShell.InvokeMiRestMethodCommand'
        $failure.Exception.Message | Should -Match $Words
        Get-ArmRequest -Simulator $azure | Should -BeNullOrEmpty
    }

    It 'sends a file as it is' {
        $file = Join-Path -Path $TestDrive -ChildPath 'body.bin'
        [System.IO.File]::WriteAllBytes($file, [byte[]](0..255))
        Push-Location -Path $TestDrive
        try {
            $echo = (Invoke-MiRestMethod -Path '/echo' -Method PUT -InFile './body.bin' -ContentType 'application/x-mine').Content | ConvertFrom-Json
        }
        finally {
            Pop-Location
        }
        $echo.sha256 | Should -BeExactly (Get-FileHash -Path $file).Hash.ToLowerInvariant()
        $echo.contentType | Should -BeExactly 'application/x-mine'
    }

    It 'names a file that cannot be read, and sends nothing' {
        $failure = Get-FailureOf { Invoke-MiRestMethod -Path '/echo' -Method PUT -InFile (Join-Path -Path $TestDrive -ChildPath 'missing') }
        $failure.FullyQualifiedErrorId | Should -Match '^InvalidArgument,'
        $failure.Exception.Message | Should -Match 'missing'
        Get-ArmRequest -Simulator $azure | Should -BeNullOrEmpty
    }

    Context 'files that take the answer' {
        BeforeEach {
            $file = Join-Path -Path $TestDrive -ChildPath 'answer.bin'
            Set-Content -Path $file -Value 'before'
        }

        It 'takes 200 MB in bounded memory, whole' {
            $null = Invoke-MiRestMethod -Path '/download/1048576' -OutFile $file
            [System.GC]::Collect()
            $before = [System.Diagnostics.Process]::GetCurrentProcess().PeakWorkingSet64
            $answer = Invoke-MiRestMethod -Path '/download/209715200' -OutFile $file
            $after = [System.Diagnostics.Process]::GetCurrentProcess().PeakWorkingSet64
            $answer.StatusCode | Should -Be 200
            $answer.Content | Should -BeNullOrEmpty
            (Get-Item -Path $file).Length | Should -Be 209715200
            ($after - $before) | Should -BeLessThan 60MB
        }

        It 'begins at the folder of the session, also in a job and whatever the folder is called' {
            $folder = (New-Item -Path (Join-Path -Path $TestDrive -ChildPath 'a [b] c') -ItemType Directory).FullName
            Push-Location -LiteralPath $folder
            try {
                $null = Invoke-MiRestMethod -Path '/download/10' -OutFile './here.bin'
                $null = Invoke-MiRestMethod -Path '/download/20' -OutFile './job.bin' -AsJob | Receive-WholeJob
            }
            finally {
                Pop-Location
            }
            Get-ChildItem -LiteralPath $folder | Sort-Object -Property Name | ForEach-Object -Process { $_.Length } | Should -Be 10, 20
        }

        It 'leaves the file alone when <What>, and no other file behind' -ForEach @(
            @{ What = 'the answer is an error'; Path = '/subscriptions/nothing-here'; Status = 400 }
            @{ What = 'the answer ends early'; Path = '/download/1000000/cut'; Status = 0 }
        ) {
            $failure = Get-FailureOf { (Invoke-MiRestMethod -Path $Path -OutFile $file -NoRetry).StatusCode | Should -Be $Status }
            if ($Status -eq 0) { $failure.FullyQualifiedErrorId | Should -BeExactly 'MalformedResponse,Tollgate.PowerShell.InvokeMiRestMethodCommand' } else { $failure | Should -BeNullOrEmpty }
            Get-Content -Path $file | Should -BeExactly 'before'
            (Get-ChildItem -Path $TestDrive -Filter '*answer*').Name | Should -Be 'answer.bin'
        }
    }
}
