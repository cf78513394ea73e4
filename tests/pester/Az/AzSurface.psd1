# What the Az commands that are served take, and in which way: longer than other files because every parameter is in it. Read
# from Azure/azure-powershell: the help pages src/Accounts/Accounts/help, src/Resources/Resources/help and src/Compute/Compute/help,
# and, where they are newer, the sources Rest/InvokeAzRestMethodCommand.cs, Environment/AddAzureRMEnvironment.cs and
# VirtualMachine/Operation/GetAzureVMCommand.cs. The names are Azure PowerShell's, also those of the sets.
#   Twin           what answers here
#   OtherNames     Az's own aliases of the command
#   DefaultSet     the set that is taken when nothing tells the sets apart; absent where there is one
#   ShouldProcess  whether it has -WhatIf and -Confirm
#   Parameters     by name: Type, Aliases, In (the sets; absent: all), Mandatory, Position (absent: by name only), Pipeline (Value,
#                  Property), NotFromPipe (why pipeline input is not taken here all the same); a list where the sets differ
#   LeftOut        what is not served, and why
@{
    'Add-AzEnvironment'         = @{
        Twin          = 'Add-MiEnvironment'
        ShouldProcess = $true
        # The set Name, which is the only one served.
        Parameters    = @{
            Name                                              = @{ Type = 'String'; Mandatory = $true; Position = 0; Pipeline = 'Property' }
            PublishSettingsFileUrl                            = @{ Type = 'String'; Position = 1; Pipeline = 'Property' }
            ServiceEndpoint                                   = @{ Type = 'String'; Aliases = 'ServiceManagement', 'ServiceManagementUrl'; Position = 2; Pipeline = 'Property' }
            ManagementPortalUrl                               = @{ Type = 'String'; Position = 3; Pipeline = 'Property' }
            StorageEndpoint                                   = @{ Type = 'String'; Aliases = 'StorageEndpointSuffix'; Position = 4 }
            ActiveDirectoryEndpoint                           = @{ Type = 'String'; Aliases = 'AdEndpointUrl', 'ActiveDirectory', 'ActiveDirectoryAuthority'; Position = 5; Pipeline = 'Property' }
            ResourceManagerEndpoint                           = @{ Type = 'String'; Aliases = 'ResourceManager', 'ResourceManagerUrl'; Position = 6; Pipeline = 'Property' }
            GalleryEndpoint                                   = @{ Type = 'String'; Aliases = 'Gallery', 'GalleryUrl'; Position = 7; Pipeline = 'Property' }
            ActiveDirectoryServiceEndpointResourceId          = @{ Type = 'String'; Position = 8; Pipeline = 'Property' }
            GraphEndpoint                                     = @{ Type = 'String'; Aliases = 'Graph', 'GraphUrl'; Position = 9; Pipeline = 'Property' }
            AzureKeyVaultDnsSuffix                            = @{ Type = 'String'; Position = 10; Pipeline = 'Property' }
            AzureKeyVaultServiceEndpointResourceId            = @{ Type = 'String'; Position = 11; Pipeline = 'Property' }
            TrafficManagerDnsSuffix                           = @{ Type = 'String'; Position = 12; Pipeline = 'Property' }
            SqlDatabaseDnsSuffix                              = @{ Type = 'String'; Position = 13; Pipeline = 'Property' }
            AzureDataLakeStoreFileSystemEndpointSuffix        = @{ Type = 'String'; Position = 14; Pipeline = 'Property' }
            AzureDataLakeAnalyticsCatalogAndJobEndpointSuffix = @{ Type = 'String'; Position = 15; Pipeline = 'Property' }
            EnableAdfsAuthentication                          = @{ Type = 'SwitchParameter'; Aliases = 'OnPremise'; Position = 16; Pipeline = 'Property' }
            AdTenant                                          = @{ Type = 'String'; Position = 17; Pipeline = 'Property' }
            GraphAudience                                     = @{ Type = 'String'; Aliases = 'GraphEndpointResourceId', 'GraphResourceId'; Position = 18; Pipeline = 'Property' }
            DataLakeAudience                                  = @{ Type = 'String'; Aliases = 'DataLakeEndpointResourceId', 'DataLakeResourceId'; Position = 19; Pipeline = 'Property' }
            BatchEndpointResourceId                           = @{ Type = 'String'; Aliases = 'BatchResourceId', 'BatchAudience'; Position = 20; Pipeline = 'Property' }
            AzureOperationalInsightsEndpointResourceId        = @{ Type = 'String'; Position = 21; Pipeline = 'Property' }
            AzureOperationalInsightsEndpoint                  = @{ Type = 'String'; Position = 22; Pipeline = 'Property' }
            AzureAnalysisServicesEndpointSuffix               = @{ Type = 'String' }
            AzureAnalysisServicesEndpointResourceId           = @{ Type = 'String' }
            AzureAttestationServiceEndpointSuffix             = @{ Type = 'String'; Pipeline = 'Property' }
            AzureAttestationServiceEndpointResourceId         = @{ Type = 'String'; Pipeline = 'Property' }
            AzureSynapseAnalyticsEndpointSuffix               = @{ Type = 'String'; Pipeline = 'Property' }
            AzureSynapseAnalyticsEndpointResourceId           = @{ Type = 'String'; Pipeline = 'Property' }
            ContainerRegistryEndpointSuffix                   = @{ Type = 'String'; Pipeline = 'Property' }
            MicrosoftGraphEndpointResourceId                  = @{ Type = 'String'; Pipeline = 'Property' }
            MicrosoftGraphUrl                                 = @{ Type = 'String'; Pipeline = 'Property' }
            Scope                                             = @{ Type = 'ContextModificationScope' }
        }
        LeftOut       = @{
            ARMEndpoint  = 'asks a server for the addresses; here they are given'
            AutoDiscover = 'asks a server for the environments; here they are given'
            Uri          = 'belongs to AutoDiscover'
            SshAuthScope = 'is for signing in to machines by SSH, which takes a person'
        }
    }
    'Clear-AzContext'           = @{
        Twin          = 'Clear-MiContext'
        ShouldProcess = $true
        Parameters    = @{
            PassThru = @{ Type = 'SwitchParameter' }
            Force    = @{ Type = 'SwitchParameter' }
            Scope    = @{ Type = 'ContextModificationScope' }
        }
        LeftOut       = @{}
    }
    'Connect-AzAccount'         = @{
        Twin          = 'Connect-MiAccount'
        OtherNames    = 'Add-AzAccount', 'Login-AzAccount'
        ShouldProcess = $true
        # The set ManagedServiceLogin, which is the only one served. It is Az's when -Identity is given, and always here.
        Parameters    = @{
            Identity              = @{ Type = 'SwitchParameter'; Aliases = 'MSI', 'ManagedService'; In = 'ManagedServiceLogin'; Mandatory = $true }
            AccountId             = @{ Type = 'String'; In = 'ManagedServiceLogin' }
            Environment           = @{ Type = 'String'; Aliases = 'EnvironmentName'; In = 'ManagedServiceLogin' }
            Tenant                = @{ Type = 'String'; Aliases = 'Domain', 'TenantId'; In = 'ManagedServiceLogin' }
            Subscription          = @{ Type = 'String'; Aliases = 'SubscriptionName', 'SubscriptionId'; In = 'ManagedServiceLogin'; Pipeline = 'Value' }
            AuthScope             = @{ Type = 'String'; Aliases = 'AuthScopeTypeName'; In = 'ManagedServiceLogin' }
            ContextName           = @{ Type = 'String'; In = 'ManagedServiceLogin' }
            SkipContextPopulation = @{ Type = 'SwitchParameter'; In = 'ManagedServiceLogin' }
            MaxContextPopulation  = @{ Type = 'Int32'; In = 'ManagedServiceLogin' }
            Force                 = @{ Type = 'SwitchParameter'; In = 'ManagedServiceLogin' }
            Scope                 = @{ Type = 'ContextModificationScope'; In = 'ManagedServiceLogin' }
        }
        LeftOut       = @{
            AccessToken               = 'is a login by token; Tollgate gets tokens'
            ApplicationId             = 'is a login as a service principal'
            CertificatePassword       = 'is a login as a service principal'
            CertificatePath           = 'is a login as a service principal'
            CertificateThumbprint     = 'is a login as a service principal'
            ClaimsChallenge           = 'is a login as a person'
            Credential                = 'is a login with a password'
            FederatedToken            = 'is a login as a service principal'
            GraphAccessToken          = 'is a login by token'
            KeyVaultAccessToken       = 'is a login by token'
            MicrosoftGraphAccessToken = 'is a login by token'
            SendCertificateChain      = 'is a login as a service principal'
            ServicePrincipal          = 'is a login as a service principal'
            UseDeviceAuthentication   = 'is a login as a person'
        }
    }
    'Disable-AzContextAutosave' = @{
        Twin          = 'Disable-MiContextAutosave'
        ShouldProcess = $true
        Parameters    = @{
            Scope = @{ Type = 'ContextModificationScope' }
        }
        LeftOut       = @{}
    }
    'Disconnect-AzAccount'      = @{
        Twin          = 'Disconnect-MiAccount'
        OtherNames    = 'Logout-AzAccount', 'Remove-AzAccount'
        DefaultSet    = 'ContextName'
        ShouldProcess = $true
        Parameters    = @{
            ContextName   = @{ Type = 'String'; In = 'ContextName' }
            Username      = @{ Type = 'String'; Aliases = 'Id', 'UserId'; In = 'UserId'; Mandatory = $true; Position = 0 }
            ApplicationId = @{ Type = 'String'; Aliases = 'SPN', 'ServicePrincipal'; In = 'ServicePrincipal'; Mandatory = $true }
            TenantId      = @{ Type = 'String'; In = 'ServicePrincipal'; Mandatory = $true }
            InputObject   = @{ Type = 'PSAzureRmAccount'; In = 'AccountObject'; Mandatory = $true; Position = 0; Pipeline = 'Value' }
            AzureContext  = @{ Type = 'PSAzureContext'; In = 'ContextObject'; Mandatory = $true; Position = 0; Pipeline = 'Value' }
            Scope         = @{ Type = 'ContextModificationScope' }
        }
        LeftOut       = @{}
    }
    'Get-AzAccessToken'         = @{
        Twin          = 'Get-MiAccessToken'
        DefaultSet    = 'KnownResourceTypeName'
        ShouldProcess = $false
        Parameters    = @{
            ResourceTypeName = @{ Type = 'String'; In = 'KnownResourceTypeName' }
            ResourceUrl      = @{ Type = 'String'; Aliases = 'Resource', 'ResourceUri'; In = 'ResourceUrl'; Mandatory = $true }
            TenantId         = @{ Type = 'String' }
            AsSecureString   = @{ Type = 'SwitchParameter' }
        }
        LeftOut       = @{}
    }
    'Get-AzContext'             = @{
        Twin          = 'Get-MiContext'
        DefaultSet    = 'GetSingleContext'
        ShouldProcess = $false
        Parameters    = @{
            Name                         = @{ Type = 'String'; In = 'GetSingleContext'; Position = 0 }
            ListAvailable                = @{ Type = 'SwitchParameter'; In = 'ListAllContexts'; Mandatory = $true }
            RefreshContextFromTokenCache = @{ Type = 'SwitchParameter'; In = 'ListAllContexts' }
        }
        LeftOut       = @{}
    }
    'Get-AzEnvironment'         = @{
        Twin          = 'Get-MiEnvironment'
        ShouldProcess = $false
        Parameters    = @{
            Name = @{ Type = 'String'; Position = 0; Pipeline = 'Property' }
        }
        LeftOut       = @{}
    }
    'Get-AzResource'            = @{
        Twin          = 'Get-MiResource'
        DefaultSet    = 'ByTagNameValueParameterSet'
        ShouldProcess = $false
        Parameters    = @{
            ResourceId        = @{ Type = 'String'; Aliases = 'Id'; In = 'ByResourceId'; Mandatory = $true; Pipeline = 'Property' }
            Name              = @{ Type = 'String'; Aliases = 'ResourceName'; In = 'ByTagNameValueParameterSet', 'ByTagObjectParameterSet' }
            ResourceType      = @{ Type = 'String'; In = 'ByTagNameValueParameterSet', 'ByTagObjectParameterSet' }
            ResourceGroupName = @{ Type = 'String'; In = 'ByTagNameValueParameterSet', 'ByTagObjectParameterSet' }
            Tag               = @{ Type = 'Hashtable'; In = 'ByTagObjectParameterSet'; Mandatory = $true }
            TagName           = @{ Type = 'String'; In = 'ByTagNameValueParameterSet' }
            TagValue          = @{ Type = 'String'; In = 'ByTagNameValueParameterSet' }
            ODataQuery        = @{ Type = 'String' }
            ExpandProperties  = @{ Type = 'SwitchParameter' }
            ApiVersion        = @{ Type = 'String' }
            Pre               = @{ Type = 'SwitchParameter' }
        }
        LeftOut       = @{}
    }
    'Get-AzResourceGroup'       = @{
        Twin          = 'Get-MiResourceGroup'
        DefaultSet    = 'GetByResourceGroupName'
        ShouldProcess = $false
        Parameters    = @{
            Name       = @{ Type = 'String'; Aliases = 'ResourceGroupName'; In = 'GetByResourceGroupName'; Position = 0; Pipeline = 'Property' }
            Id         = @{ Type = 'String'; Aliases = 'ResourceGroupId', 'ResourceId'; In = 'GetByResourceGroupId'; Pipeline = 'Property' }
            Location   = @{ Type = 'String'; Position = 1; Pipeline = 'Property' }
            Tag        = @{ Type = 'Hashtable'; In = 'GetByResourceGroupName'; Pipeline = 'Property' }
            ApiVersion = @{ Type = 'String' }
            Pre        = @{ Type = 'SwitchParameter' }
        }
        LeftOut       = @{}
    }
    'Get-AzSubscription'        = @{
        Twin          = 'Get-MiSubscription'
        DefaultSet    = 'ListByIdInTenant'
        ShouldProcess = $false
        Parameters    = @{
            SubscriptionId   = @{ Type = 'String'; In = 'ListByIdInTenant'; Pipeline = 'Property' }
            SubscriptionName = @{ Type = 'String'; In = 'ListByNameInTenant'; Pipeline = 'Property' }
            TenantId         = @{ Type = 'String'; Pipeline = 'Property' }
            AsJob            = @{ Type = 'SwitchParameter' }
        }
        LeftOut       = @{}
    }
    'Get-AzTenant'              = @{
        Twin          = 'Get-MiTenant'
        OtherNames    = @('Get-AzDomain')
        ShouldProcess = $false
        Parameters    = @{
            TenantId = @{ Type = 'String'; Aliases = 'Domain', 'Tenant'; Position = 0; Pipeline = 'Property' }
        }
        LeftOut       = @{}
    }
    'Get-AzVM'                  = @{
        Twin          = 'Get-MiVM'
        DefaultSet    = 'DefaultParamSet'
        ShouldProcess = $false
        Parameters    = @{
            ResourceGroupName = @(
                @{ Type = 'String'; In = 'DefaultParamSet'; Position = 0; Pipeline = 'Property' }
                @{ Type = 'String'; In = 'GetVirtualMachineInResourceGroupParamSet'; Mandatory = $true; Position = 0; Pipeline = 'Property' }
            )
            Name              = @(
                @{ Type = 'String'; Aliases = 'ResourceName', 'VMName'; In = 'DefaultParamSet'; Position = 1; Pipeline = 'Property' }
                @{ Type = 'String'; Aliases = 'ResourceName', 'VMName'; In = 'GetVirtualMachineInResourceGroupParamSet'; Mandatory = $true; Position = 1; Pipeline = 'Property' }
            )
            Location          = @{ Type = 'String'; In = 'ListLocationVirtualMachinesParamSet'; Mandatory = $true; Pipeline = 'Property' }
            NextLink          = @{ Type = 'Uri'; In = 'ListNextLinkVirtualMachinesParamSet'; Mandatory = $true; Position = 1; Pipeline = 'Property' }
            ResourceId        = @{ Type = 'String'; In = 'GetVirtualMachineById'; Mandatory = $true; Pipeline = 'Value', 'Property' }
            Status            = @{ Type = 'SwitchParameter'; Position = 2 }
            DisplayHint       = @{ Type = 'DisplayHintType'; In = 'GetVirtualMachineInResourceGroupParamSet'; Pipeline = 'Property' }
            UserData          = @{
                Type        = 'SwitchParameter'
                In          = 'DefaultParamSet', 'GetVirtualMachineInResourceGroupParamSet', 'ListNextLinkVirtualMachinesParamSet', 'ListLocationVirtualMachinesParamSet'
                Pipeline    = 'Property'
                NotFromPipe = 'a piped machine has a property of this name that is text and no wish for user data'
            }
        }
        LeftOut       = @{}
    }
    'Invoke-AzRestMethod'       = @{
        Twin          = 'Invoke-MiRestMethod'
        OtherNames    = @('Invoke-AzRest')
        DefaultSet    = 'ByPath'
        ShouldProcess = $true
        Parameters    = @{
            Path                 = @{ Type = 'String'; In = 'ByPath'; Mandatory = $true }
            Uri                  = @{ Type = 'Uri'; In = 'ByURI'; Mandatory = $true; Position = 1 }
            ResourceId           = @{ Type = 'Uri'; In = 'ByURI' }
            SubscriptionId       = @{ Type = 'String'; In = 'ByParameters' }
            ResourceGroupName    = @{ Type = 'String'; In = 'ByParameters' }
            ResourceProviderName = @{ Type = 'String'; In = 'ByParameters' }
            ResourceType         = @{ Type = 'String[]'; In = 'ByParameters' }
            Name                 = @{ Type = 'String[]'; In = 'ByParameters' }
            ApiVersion           = @{ Type = 'String'; In = 'ByParameters'; Mandatory = $true }
            Method               = @{ Type = 'String' }
            Payload              = @{ Type = 'String' }
            AsJob                = @{ Type = 'SwitchParameter' }
            WaitForCompletion    = @{ Type = 'SwitchParameter' }
            PollFrom             = @{ Type = 'String' }
            FinalResultFrom      = @{ Type = 'String' }
            Paginate             = @{ Type = 'SwitchParameter' }
        }
        LeftOut       = @{
            MaxPageSize      = 'bounds how many pages are kept in memory at once; no more than one is here'
            NextLinkName     = 'names what services of Azure call nextLink, @odata.nextLink or odata.nextLink, at the top or in properties, which is found without it'
            PageableItemName = 'names what every service of Azure calls value'
        }
    }
    'Select-AzContext'          = @{
        Twin          = 'Select-MiContext'
        DefaultSet    = 'SelectByInputObject'
        ShouldProcess = $true
        Parameters    = @{
            Name        = @{ Type = 'String'; In = 'SelectByName'; Mandatory = $true; Position = 0 }
            InputObject = @{ Type = 'PSAzureContext'; In = 'SelectByInputObject'; Mandatory = $true; Pipeline = 'Value' }
            Scope       = @{ Type = 'ContextModificationScope' }
        }
        LeftOut       = @{}
    }
    'Set-AzContext'             = @{
        Twin          = 'Set-MiContext'
        OtherNames    = @('Select-AzSubscription')
        DefaultSet    = 'Context'
        ShouldProcess = $true
        Parameters    = @{
            Context            = @{ Type = 'PSAzureContext'; In = 'Context'; Mandatory = $true; Position = 0; Pipeline = 'Value' }
            Subscription       = @{ Type = 'String'; Aliases = 'SubscriptionId', 'SubscriptionName'; In = 'Subscription'; Mandatory = $true; Position = 0 }
            Tenant             = @(
                @{ Type = 'String'; Aliases = 'Domain', 'TenantId'; In = 'Subscription' }
                @{ Type = 'String'; Aliases = 'Domain', 'TenantId'; In = 'TenantNameOnly'; Mandatory = $true }
            )
            SubscriptionObject = @{ Type = 'PSAzureSubscription'; In = 'SubscriptionObject'; Mandatory = $true; Position = 0; Pipeline = 'Value' }
            TenantObject       = @{ Type = 'PSAzureTenant'; In = 'TenantObject'; Mandatory = $true; Position = 0; Pipeline = 'Value' }
            ExtendedProperty   = @{ Type = 'IDictionary' }
            Name               = @{ Type = 'String' }
            Force              = @{ Type = 'SwitchParameter' }
            Scope              = @{ Type = 'ContextModificationScope' }
        }
        LeftOut       = @{}
    }
}
