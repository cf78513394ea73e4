# What Get-Help shows: all of it, as the commands really are, with examples that run; and the topics, found and true.
BeforeDiscovery {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
    $commands = @((Get-Module -Name Tollgate).ExportedCmdlets.Keys | Sort-Object | ForEach-Object -Process { @{ Command = $_ } })
    $onWindows = [System.Environment]::OSVersion.Platform -eq 'Win32NT'
    $topics = @('about_Tollgate', 'about_TollgateErrors', 'about_TollgateGate' | ForEach-Object -Process { @{ Topic = $_ } })
}

BeforeAll {
    Import-Module -Name "$PSScriptRoot/../TollgateTest.psm1"
    $common = [System.Management.Automation.PSCmdlet]::CommonParameters

    function Get-Parameter {
        param([string] $Command)
        (Get-Command -Name $Command).Parameters.Values | Where-Object -Property Name -NotIn -Value $common
    }

    function Get-ParameterHelp {
        param($Help, [string] $Name)
        $Help.parameters.parameter | Where-Object -Property name -EQ -Value $Name
    }

    # A topic's text as one line, for its lines break where there is room.
    function Get-Flow {
        param([string] $Text)
        ($Text -replace '\s+', ' ').Trim()
    }
}

Describe 'Get-Help <Command>' -ForEach $commands {
    BeforeAll {
        $help = Get-Help -Name $Command -Full
    }

    It 'says what the command does, in words' {
        $help.Synopsis | Should -Match '^[A-Z].+\.$'
        $help.Synopsis | Should -Not -Match $Command
        Get-Flow -Text ($help.description | Out-String) | Should -Match '^[A-Z].+\.$'
    }

    It 'describes every parameter the command has, and no other' {
        $named = $help.parameters.parameter.name
        $named | Sort-Object | Should -Be ((Get-Parameter -Command $Command).Name | Sort-Object)
        foreach ($name in $named) {
            $text = (Get-ParameterHelp -Help $help -Name $name).description.Text -join ' '
            $text | Should -Match '(?s)^[A-Z].+\.\s*$' -Because "-$name needs a description"
        }
    }

    It 'says of each parameter what PowerShell makes of it' {
        foreach ($parameter in Get-Parameter -Command $Command) {
            $shown = Get-ParameterHelp -Help $help -Name $parameter.Name
            $uses = @($parameter.ParameterSets.Values)
            $because = "-$($parameter.Name)"
            $aliases = if ($parameter.Aliases.Count -eq 0) { 'none' } else { $parameter.Aliases -join ', ' }
            $shown.aliases | Should -BeExactly $aliases -Because $because
            $shown.type.name | Should -BeExactly ($parameter.ParameterType.FullName -replace '^System\.Nullable`1\[\[([^,]+),.*', '$1') -Because $because
            $shown.required | Should -Be ([string] ($uses.IsMandatory -notcontains $false)) -Because $because
            $shown.pipelineInput | Should -Match ([string] (@($uses.ValueFromPipeline) + @($uses.ValueFromPipelineByPropertyName) -contains $true)) -Because $because
            $place = @($uses.Position | Where-Object -FilterScript { $_ -ge 0 }) + 'named'
            $shown.position | Should -Be $place[0] -Because $because
        }
    }

    It 'names the defaults that the code sets' {
        $fresh = [Activator]::CreateInstance((Get-Command -Name $Command).ImplementingType)
        foreach ($parameter in Get-Parameter -Command $Command) {
            $property = $fresh.GetType().GetProperty($parameter.Name)
            if ($null -eq $property) { continue }
            $value = $property.GetValue($fresh)
            # Nothing, and zero, stand for a default that is decided later.
            if ($value -is [string] -or $value -is [enum] -or ($value -is [int] -and $value -ne 0)) {
                (Get-ParameterHelp -Help $help -Name $parameter.Name).defaultValue | Should -Match "^$value\b" -Because "-$($parameter.Name)"
            }
        }
    }

    It 'shows every way to call it' {
        $info = Get-Command -Name $Command
        $items = @($help.syntax.syntaxItem)
        $items.Count | Should -Be $info.ParameterSets.Count
        $ways = foreach ($set in $info.ParameterSets) { @($set.Parameters.Name | Where-Object -FilterScript { $_ -notin $common } | Sort-Object) -join ' ' }
        $shown = foreach ($item in $items) { @($item.parameter.name | Sort-Object) -join ' ' }
        $shown | Sort-Object | Should -Be ($ways | Sort-Object)
    }

    It 'names what comes out' {
        $named = $help.returnValues.returnValue
        $named.type.name | ForEach-Object -Process { $_.Trim() } | Should -Be (Get-Command -Name $Command).OutputType.Name
        $named.description.Text | ForEach-Object -Process { $_ | Should -Match '\.$' }
    }

    It 'leads on to commands and topics that are there' {
        $links = @($help.relatedLinks.navigationLink.linkText)
        $links.Count | Should -BeGreaterOrEqual 1
        foreach ($link in $links) {
            @(Get-Help -Name $link).Count | Should -Be 1 -Because "$link is a related link"
        }
    }

    It 'has at least two examples, each with a title, code and an explanation' {
        $examples = @($help.examples.example)
        $examples.Count | Should -BeGreaterOrEqual 2
        foreach ($example in $examples) {
            $example.title | Should -Match 'Example \d+: [A-Z]'
            $example.code | Should -Match $Command
            ($example.remarks.Text -join ' ').Trim() | Should -Match '^[A-Z].+\.$'
        }
    }
}

Describe 'Get-Help -Online' {
    It 'leads to the page of <_>' -ForEach (Get-Command -Module Tollgate -CommandType Cmdlet).Name {
        (Get-Command -Name $_ -Module Tollgate).HelpUri | Should -BeExactly "https://github.com/tollgate-powershell/tollgate/blob/main/docs/cmdlets/$_.md"
        Join-Path -Path $PSScriptRoot -ChildPath "../../../docs/cmdlets/$_.md" | Should -Exist
    }
}

Describe 'The examples' {
    BeforeAll {
        $identity = '00000000-0000-0000-0000-000000000000'
        $resource = "/subscriptions/$identity/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/worker"
        $simulator = Start-Simulator -Argument "--no-limits --user-assigned $identity,$identity,$resource"
        $azure = Enter-Azure
        $examples = foreach ($command in (Get-Module -Name Tollgate).ExportedCmdlets.Keys | Sort-Object) {
            foreach ($example in (Get-Help -Name $command -Examples).examples.example) {
                @{ Name = "$command, $($example.title.Trim('-', ' '))"; Code = $example.code }
            }
        }
    }

    AfterAll {
        Stop-Simulator -Simulator $simulator
        Exit-Azure -Visited $azure
    }

    It 'name commands and parameters in full' {
        foreach ($example in $examples) {
            $tree = [System.Management.Automation.Language.Parser]::ParseInput($example.Code, [ref] $null, [ref] $null)
            $calls = $tree.FindAll({ param($node) $node -is [System.Management.Automation.Language.CommandAst] -and $node.GetCommandName() -like '*-Mi*' }, $true)
            foreach ($call in $calls) {
                $there = (Get-Command -Name $call.GetCommandName()).Parameters.Keys
                foreach ($given in $call.CommandElements | Where-Object -FilterScript { $_.ParameterName }) {
                    $given.ParameterName | Should -BeIn $there -Because $example.Name
                }
            }
        }
    }

    # Those of other modules stand aside, and that a name of an example is not there is no fault of it: what is asked matters, not
    # what Azure makes of it.
    It 'run, all of them' -Skip:$onWindows {
        $script = @"
`$ErrorActionPreference = 'Stop'
`$WarningPreference = 'SilentlyContinue'
`$env:AZURE_POD_IDENTITY_AUTHORITY_HOST = '$($simulator.Url)'
Import-Module -Name '$Manifest'
Set-Location -Path '$TestDrive'
`$subscriptionId = '$Subscription'
function Invoke-RestMethod { param(`$Uri, `$Headers, `$Authentication, `$Token) if (-not (`$Headers.Authorization -or `$Token)) { throw 'no token' } }
function Invoke-Sqlcmd { param(`$ServerInstance, `$Database, `$AccessToken, `$Query) if (-not `$AccessToken) { throw 'no token' } }

"@
        foreach ($example in $examples) {
            $script += @"
Clear-MiContext
`$null = Connect-MiAccount -Subscription '$Subscription' -SkipValidation
try { `$null = . { $($example.Code) }; 'ran: $($example.Name)' } catch { if (`$_.FullyQualifiedErrorId -match '^(Subscription|Resource)NotFound,') { 'ran: $($example.Name)' } else { 'failed: $($example.Name): ' + `$_ } }

"@
        }
        $said = (Invoke-FreshShell -Script $script).Trim() -split '\r?\n'
        $said | Should -Be @($examples | ForEach-Object -Process { "ran: $($_.Name)" })
    }
}

Describe 'Get-Help <Topic>' -ForEach $topics {
    It 'finds the topic, with its short description' {
        $help = Get-Help -Name $Topic
        @($help).Count | Should -Be 1
        $help | Should -Match "^TOPIC\s+$Topic\s"
        (Get-Help -Name "$Topic*" | Where-Object -Property Name -EQ -Value $Topic).Synopsis | Should -Match '^[A-Z].+\.$'
    }

    It 'has examples that PowerShell can read' {
        $text = [regex]::Match((Get-Help -Name $Topic), '(?ms)^EXAMPLES\r?$(.+?)^NOTES').Groups[1].Value
        # Code stands further in than the sentence before it.
        $code = ($text -split '\r?\n' | Where-Object -FilterScript { $_ -match '^ {8}' }) -join "`n"
        $faults = $null
        $null = [System.Management.Automation.Language.Parser]::ParseInput($code, [ref] $null, [ref] $faults)
        $code | Should -Not -BeNullOrEmpty
        $faults | Should -BeNullOrEmpty
    }
}

Describe 'Help in another language' {
    It 'is shown in English where the language has none' {
        $said = Invoke-FreshShell -Script @"
[System.Threading.Thread]::CurrentThread.CurrentUICulture = 'de-DE'
Import-Module -Name '$Manifest'
(Get-Help -Name Get-MiGate).Synopsis
(Get-Help -Name about_TollgateGate).Substring(0, 5)
"@
        $said | Should -Match 'Shows the gate'
        $said | Should -Match 'TOPIC'
    }
}

Describe 'about_TollgateErrors' {
    BeforeAll {
        # The table that the cmdlets themselves report from.
        $hidden = [System.Reflection.BindingFlags] 'NonPublic, Static'
        $record = (Get-Command -Name Get-MiGate).ImplementingType.Assembly.GetType('Tollgate.PowerShell.ErrorRecordFactory').GetMethod('Create', $hidden)
        $exception = $record.GetParameters()[0].ParameterType
        $statuses = $exception.GetProperty('Status').PropertyType
        $entries = [regex]::Matches((Get-Help -Name about_TollgateErrors), '(?ms)^    (?<number>\d{3})  (?<name>\w+) +(?<category>\S.*?)\r?$\s+Means: (?<means>.+?)\s+Do: (?<do>.+?)\s*(?=^    \d{3}|^\S)')
    }

    It 'lists the errors there are, by number' {
        $there = [enum]::GetValues($statuses) | Where-Object -FilterScript { [int] $_ -ge 100 } | ForEach-Object -Process { '{0} {1}' -f [int] $_, $_ }
        $entries | ForEach-Object -Process { '{0} {1}' -f $_.Groups['number'], $_.Groups['name'] } | Should -Be $there
    }

    It 'gives each the category and the advice of its error record' {
        # Who cancels gets no record.
        foreach ($entry in $entries | Where-Object -FilterScript { $_.Groups['name'].Value -ne 'Cancelled' }) {
            $name = $entry.Groups['name'].Value
            $failure = [Activator]::CreateInstance($exception, @([enum]::Parse($statuses, $name), 'it failed', $null))
            $shown = $record.Invoke($null, @($failure, $null))
            $shown.FullyQualifiedErrorId | Should -BeExactly $name
            $entry.Groups['category'].Value | Should -BeExactly $shown.CategoryInfo.Category
            Get-Flow -Text $entry.Groups['do'].Value | Should -BeExactly $shown.ErrorDetails.RecommendedAction -Because $name
        }
    }
}
