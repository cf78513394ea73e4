# What the tests share: the simulator as a process, its control over HTTP, and fresh shells and runspaces with the module in them.
$ErrorActionPreference = 'Stop'

$script:Manifest = Join-Path -Path $env:TOLLGATE_TEST_MODULE -ChildPath 'Tollgate.psd1'
$script:AzManifest = Join-Path -Path $env:TOLLGATE_TEST_AZ_MODULE -ChildPath 'Tollgate.Az.psd1'
# The folder that would be in PSModulePath, with both modules in it.
$script:ModuleFolder = $env:TOLLGATE_TEST_MODULE
while ((Split-Path -Path $script:ModuleFolder -Leaf) -ne 'Tollgate') { $script:ModuleFolder = Split-Path -Path $script:ModuleFolder }
$script:ModuleFolder = Split-Path -Path $script:ModuleFolder
$script:StandIn = Join-Path -Path $PSScriptRoot -ChildPath 'Accounts/StandIn/Az.Accounts/Az.Accounts.psd1'
$script:Tenant = 'a0000000-7e4a-4000-8000-000000000001'
# The first of those that the simulator of Azure Resource Manager has.
$script:Subscription = 'b0000000-5b5c-4000-8000-000000000001'
$script:First = @{
    ClientId   = '20000000-c11e-4000-8000-000000000001'
    ObjectId   = '20000000-0b1e-4000-8000-000000000001'
    ResourceId = '/subscriptions/b0000000-5b5c-4000-8000-000000000001/resourcegroups/simulated/providers/Microsoft.ManagedIdentity/userAssignedIdentities/first'
}
$script:Second = @{
    ClientId = '30000000-c11e-4000-8000-000000000001'
}
$script:Arm = 'https://management.core.windows.net/'
# Under Wine a request takes about five times as long as on the Linux beneath it. What is repeated to meet an unlucky moment is
# repeated less often there; the same tests run in full on that Linux, and on Windows itself.
$script:OnWine = [bool] $env:TOLLGATE_TEST_WINE
# Every token of the simulator begins so, and nothing else does.
$script:AnyToken = 'eyJ[A-Za-z0-9_-]{20}'

function New-TestFolder {
    $path = Join-Path -Path ([System.IO.Path]::GetTempPath()) -ChildPath ('tollgate-test-' + [guid]::NewGuid().ToString('n'))
    (New-Item -Path $path -ItemType Directory).FullName
}

# The simulator says its address first, and then the environment of its host, which ends with this variable.
function Start-Simulator {
    param([string] $Argument = '', [string] $LastVariable = 'AZURE_POD_IDENTITY_AUTHORITY_HOST', [string] $Program = $env:TOLLGATE_TEST_SIM)
    $start = [System.Diagnostics.ProcessStartInfo]::new($Program, "--listen 127.0.0.1:0 $Argument")
    $start.RedirectStandardOutput = $true
    $start.UseShellExecute = $false
    $process = [System.Diagnostics.Process]::Start($start)
    $environment = @{}
    do {
        $line = $process.StandardOutput.ReadLine()
        if ($null -eq $line) { throw 'the simulator ended without telling its environment' }
        if ($line -match ' at (?<url>http\S+)$') { $url = $Matches.url }
        if ($line -match '^(?<name>\w+)=(?<value>.+)$') { $environment[$Matches.name] = $Matches.value }
    } until ($environment.ContainsKey($LastVariable))
    [pscustomobject]@{ Process = $process; Url = $url; Environment = $environment }
}

function Stop-Simulator {
    param($Simulator)
    $Simulator.Process.Kill()
    $Simulator.Process.WaitForExit()
}

# What a job says, and no job afterwards. Receive-Job -AutoRemoveJob of PowerShell now and then removes one twice and fails.
function Receive-WholeJob {
    param([Parameter(ValueFromPipeline)] $Job)
    process {
        try { $Job | Wait-Job | Receive-Job } finally { Remove-Job -Job $Job -Force }
    }
}

function Send-Simulator {
    param([string] $Path, [string] $Json = '{}', [string] $Url = $env:AZURE_POD_IDENTITY_AUTHORITY_HOST)
    $call = @{
        Uri         = "$Url/sim/$Path"
        Method      = 'Post'
        Body        = $Json
        ContentType = 'application/json'
    }
    $null = Invoke-RestMethod @call
}

# Azure Resource Manager on loopback, and this session connected to it.
function Start-ArmSimulator {
    param([string] $Argument = '')
    Start-Simulator -Program $env:TOLLGATE_TEST_ARM_SIM -Argument $Argument -LastVariable ARM_SIM_URL
}

# As at its start, and known to this session as the environment Sim.
function Reset-ArmSimulator {
    param($Simulator)
    Send-Simulator -Path reset -Url $Simulator.Url
    $null = Add-MiEnvironment -Name Sim -ResourceManagerEndpoint $Simulator.Url -ActiveDirectoryServiceEndpointResourceId $script:Arm
}

function Connect-ArmSimulator {
    param($Simulator, [string] $Subscription = $script:Subscription)
    Reset-ArmSimulator -Simulator $Simulator
    $null = Connect-MiAccount -Environment Sim -Subscription $Subscription
    Clear-ArmRequest -Simulator $Simulator
}

# What becomes of the next requests to it instead of their answers.
function Set-ArmFault {
    param($Simulator, [string] $Next)
    Send-Simulator -Path faults -Url $Simulator.Url -Json "{`"next`":[$Next]}"
}

# Azure under its own names, for the processes that are started from here: their way to it leads through the simulator, whose
# certificates they trust. On Windows the system alone decides whom to trust, so there is no such way.
function Enter-Azure {
    param([string] $Argument = '')
    $trust = Join-Path -Path ([System.IO.Path]::GetTempPath()) -ChildPath ('tollgate-test-' + [guid]::NewGuid().ToString('n') + '.pem')
    $simulator = Start-Simulator -Program $env:TOLLGATE_TEST_ARM_SIM -Argument "--proxy 127.0.0.1:0 --ca-file $trust $Argument" -LastVariable SSL_CERT_FILE
    [pscustomobject]@{
        Process = $simulator.Process
        Url     = $simulator.Url
        Trust   = $trust
        Before  = Set-TestEnvironment -Variables @{ HTTPS_PROXY = $simulator.Environment.HTTPS_PROXY; SSL_CERT_FILE = $trust }
    }
}

function Exit-Azure {
    param($Visited)
    $null = Set-TestEnvironment -Variables $Visited.Before
    Stop-Simulator -Simulator $Visited
    Remove-Item -Path $Visited.Trust
}

# What was asked of it: path, query with its signs as they are read, status, who asked.
function Get-ArmRequest {
    param($Simulator)
    foreach ($request in (Invoke-RestMethod -Uri "$($Simulator.Url)/sim/requests").requests) {
        $request.query = [uri]::UnescapeDataString($request.query)
        $request
    }
}

function Clear-ArmRequest {
    param($Simulator)
    $null = Invoke-RestMethod -Uri "$($Simulator.Url)/sim/requests" -Method Delete
}

# As at the start: the service, this session's contexts and this process's tokens.
function Reset-Everything {
    if (-not $env:AZURE_POD_IDENTITY_AUTHORITY_HOST) { throw 'no simulator: start the tests with Invoke-Layer.ps1, for they must never ask the real service' }
    Send-Simulator -Path reset
    Clear-MiContext
    Clear-MiTokenCache
}

function Get-SimulatorCount {
    param([string] $Url = $env:AZURE_POD_IDENTITY_AUTHORITY_HOST)
    Invoke-RestMethod -Uri "$Url/sim/counts"
}

function Wait-SimulatorCount {
    param([string] $Name, [int] $Value, [string] $Url = $env:AZURE_POD_IDENTITY_AUTHORITY_HOST)
    $patience = [System.Diagnostics.Stopwatch]::StartNew()
    while ((Get-SimulatorCount -Url $Url).$Name -ne $Value) {
        if ($patience.Elapsed.TotalSeconds -gt 30) { throw "$Name did not become $Value" }
    }
}

# Sets variables of this process, or takes away those without a value, and gives what they were.
function Set-TestEnvironment {
    param([hashtable] $Variables)
    $before = @{}
    foreach ($name in $Variables.Keys) {
        $before[$name] = [Environment]::GetEnvironmentVariable($name)
        $value = if ($null -eq $Variables[$name]) { [NullString]::Value } else { $Variables[$name] }
        [Environment]::SetEnvironmentVariable($name, $value)
    }
    $before
}

# Makes this process one on another kind of host, with that host's token service. Control goes to Url, which is plain http. The
# machine's own service stays replaced, so that nothing can ask the real one.
function Enter-Host {
    param([string] $Kind, [string] $Argument = '')
    $last = @{
        'app-service'      = 'IDENTITY_HEADER'
        'automation'       = 'IDENTITY_HEADER'
        'machine-learning' = 'DEFAULT_IDENTITY_CLIENT_ID'
        'cloud-shell'      = 'MSI_ENDPOINT'
        'arc'              = 'IMDS_ENDPOINT'
        'service-fabric'   = 'IDENTITY_SERVER_THUMBPRINT'
        'pod-identity'     = 'AZURE_POD_IDENTITY_AUTHORITY_HOST'
    }
    $simulator = Start-Simulator -Argument "--host $Kind $Argument" -LastVariable $last[$Kind]
    [pscustomobject]@{
        Process     = $simulator.Process
        Url         = $simulator.Url -replace '^https', 'http'
        Environment = $simulator.Environment
        Before      = Set-TestEnvironment -Variables $simulator.Environment
    }
}

function Exit-Host {
    param($Visited)
    $null = Set-TestEnvironment -Variables $Visited.Before
    Stop-Simulator -Simulator $Visited
    $null = Connect-MiAccount -SkipValidation
    Clear-MiContext
}

# The error that a command ends with, or nothing.
function Get-FailureOf {
    param([scriptblock] $Command)
    try {
        $null = & $Command
    }
    catch {
        $_
    }
}

# A manifest as it is written.
function Read-Manifest {
    param([string] $Path = $script:Manifest)
    Import-PowerShellDataFile -Path $Path
}

# A session of its own within this process, with the module loaded, and connected as the context says where one is given.
function New-Session {
    param([System.Management.Automation.PSLanguageMode] $LanguageMode = 'FullLanguage', $Context)
    $state = [System.Management.Automation.Runspaces.InitialSessionState]::CreateDefault()
    $state.LanguageMode = $LanguageMode
    $runspace = [System.Management.Automation.Runspaces.RunspaceFactory]::CreateRunspace($state)
    $runspace.Open()
    $shell = [System.Management.Automation.PowerShell]::Create()
    $shell.Runspace = $runspace
    $null = Invoke-Session -Session $shell -Script "Import-Module -Name '$script:Manifest'"
    if ($Context) {
        $runspace.SessionStateProxy.SetVariable('GivenContext', $Context)
        $null = Invoke-Session -Session $shell -Script 'Set-MiContext -Context $GivenContext'
    }
    $shell
}

function Invoke-Session {
    param($Session, [string] $Script)
    $Session.Commands.Clear()
    $Session.Streams.ClearStreams()
    $null = $Session.AddScript($Script)
    $output = $Session.Invoke()
    if ($Session.Streams.Error.Count -gt 0) { throw $Session.Streams.Error[0] }
    $output
}

function Close-Session {
    param($Session)
    $Session.Runspace.Dispose()
    $Session.Dispose()
}

# Runs a script in a fresh process of this same shell and gives everything it prints.
function Invoke-FreshShell {
    param([string] $Script, [string[]] $Before = @(), [switch] $Asks)
    $file = Join-Path -Path $TestDrive -ChildPath ([guid]::NewGuid().ToString('n') + '.ps1')
    Set-Content -Path $file -Value $Script -Encoding Ascii
    $shell = [System.Diagnostics.Process]::GetCurrentProcess().MainModule.FileName
    # Windows PowerShell makes an error of each line on a program's stderr, and would stop at the first.
    $ErrorActionPreference = 'Continue'
    $mode = if ($Asks) { @() } else { @('-NonInteractive') }
    $line = $Before + @($shell, '-NoProfile') + $mode + @('-ExecutionPolicy', 'Bypass', '-File', $file)
    # Whoever asks finds the end of the input.
    @() | & $line[0] $line[1..($line.Count - 1)] 2>&1 | Out-String
}

# The login that is kept, and whether it is due is up to the test: there is no waiting for the end of a token.
function Get-Kept {
    $type = (Get-Command -Name Connect-MiAccount).ImplementingType.Assembly.GetType('Tollgate.PowerShell.AzHandOver')
    $type.GetField('current', [System.Reflection.BindingFlags] 'NonPublic, Static').GetValue($null)
}

# The seconds until it is due.
function Get-Due {
    $kept = Get-Kept
    $due = $kept.GetType().GetField('renewFrom', [System.Reflection.BindingFlags] 'NonPublic, Instance').GetValue($kept)
    ($due - [datetimeoffset]::UtcNow).TotalSeconds
}

function Set-Due {
    $kept = Get-Kept
    $kept.GetType().GetField('renewFrom', [System.Reflection.BindingFlags] 'NonPublic, Instance').SetValue($kept, [datetimeoffset]::UtcNow.AddSeconds(-1))
}

function Get-Login {
    & (Get-Module -Name Az.Accounts) { $script:Calls }
}

function New-Signal { [System.Threading.ManualResetEventSlim]::new() }

# What scripts wait for must come some time; a test that waits for ever says nothing.
function Wait-Signal {
    param($Signal)
    if (-not $Signal.Wait(60000)) { throw 'nobody gave the signal' }
}

function Get-Chosen { (Get-MiContext).Subscription.Name }

Import-Module -Name $script:Manifest -Global

Export-ModuleMember -Function * -Variable Manifest, AzManifest, ModuleFolder, StandIn, Tenant, Subscription, First, Second, Arm, AnyToken, OnWine
