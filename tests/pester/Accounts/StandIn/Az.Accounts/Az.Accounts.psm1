# A login by token as the real module takes it, so that a caller that gives what it would not take fails here. What was given
# is kept in this module's memory: $script:Calls has every call, and Get-AzContext gives the last one that was good.
$script:Calls = [System.Collections.Generic.List[hashtable]]::new()
$script:Context = $null

function Connect-AzAccount {
    [CmdletBinding(SupportsShouldProcess = $true, DefaultParameterSetName = 'UserWithSubscriptionId')]
    [Alias('Add-AzAccount', 'Login-AzAccount')]
    param(
        [Parameter(Mandatory = $true, ParameterSetName = 'AccessTokenWithSubscriptionId')]
        [ValidateNotNullOrEmpty()]
        [string] $AccessToken,

        [Parameter(ParameterSetName = 'AccessTokenWithSubscriptionId')]
        [ValidateNotNullOrEmpty()]
        [string] $GraphAccessToken,

        [Parameter(ParameterSetName = 'AccessTokenWithSubscriptionId')]
        [ValidateNotNullOrEmpty()]
        [string] $MicrosoftGraphAccessToken,

        [Parameter(ParameterSetName = 'AccessTokenWithSubscriptionId')]
        [ValidateNotNullOrEmpty()]
        [string] $KeyVaultAccessToken,

        [Parameter(Mandatory = $true, ParameterSetName = 'AccessTokenWithSubscriptionId')]
        [ValidateNotNullOrEmpty()]
        [string] $AccountId,

        [Parameter(ParameterSetName = 'AccessTokenWithSubscriptionId')]
        [switch] $SkipValidation,

        [Alias('EnvironmentName')]
        [ValidateNotNullOrEmpty()]
        [string] $Environment = 'AzureCloud',

        [Alias('Domain', 'TenantId')]
        [ValidateNotNullOrEmpty()]
        [string] $Tenant,

        [Parameter(ValueFromPipeline = $true)]
        [Alias('SubscriptionName', 'SubscriptionId')]
        [ValidateNotNullOrEmpty()]
        [string] $Subscription,

        [ValidateNotNullOrEmpty()]
        [string] $ContextName,

        [switch] $SkipContextPopulation,

        [ValidateRange(-1, [int]::MaxValue)]
        [int] $MaxContextPopulation = 25,

        [switch] $Force,

        [ValidateSet('Process', 'CurrentUser')]
        [string] $Scope,

        [Alias('AzContext', 'AzureRmContext', 'AzureCredential')]
        [object] $DefaultProfile
    )
    process {
        if ($PSCmdlet.ParameterSetName -eq 'UserWithSubscriptionId') {
            throw 'the stand-in has no login but that by token'
        }
        $script:Calls.Add(@{} + $PSBoundParameters)
        if ($SkipValidation -and -not ($Tenant -and $Subscription)) {
            throw [System.Management.Automation.PSInvalidOperationException]::new('Must supply Subscription Id and Tenant Id when using -SkipValidation')
        }
        if (-not $PSCmdlet.ShouldProcess("AccessToken account in environment '$Environment'", 'log in')) { return }
        # Without validation the subscription's name and state are unknown.
        $script:Context = [pscustomobject]@{
            Name         = if ($ContextName) { $ContextName } else { "$Subscription - $Tenant - $AccountId" }
            Account      = [pscustomobject]@{ Id = $AccountId; Type = 'AccessToken' }
            Environment  = [pscustomobject]@{ Name = $Environment }
            Subscription = [pscustomobject]@{ Id = $Subscription; Name = $null; State = $null }
            Tenant       = [pscustomobject]@{ Id = $Tenant }
        }
        [pscustomobject]@{ Context = $script:Context }
    }
}

function Get-AzContext {
    [CmdletBinding()]
    param([switch] $ListAvailable)
    $script:Context
}

function Disconnect-AzAccount {
    [CmdletBinding(SupportsShouldProcess = $true)]
    [Alias('Logout-AzAccount', 'Remove-AzAccount')]
    param([string] $Username, [string] $Scope)
    if ($script:Context -and $PSCmdlet.ShouldProcess($script:Context.Account.Id, 'log out')) {
        $script:Context.Account
        $script:Context = $null
    }
}

Export-ModuleMember -Function 'Connect-AzAccount', 'Disconnect-AzAccount', 'Get-AzContext' -Alias 'Add-AzAccount', 'Login-AzAccount', 'Logout-AzAccount', 'Remove-AzAccount'
