//! The kinds of hosts that have managed identities.

/// Where a program runs that asks for tokens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Host {
    /// A virtual machine, with the whole metadata service
    #[default]
    Vm,
    /// App Service, Functions and Container Apps, 2019-08-01
    AppService,
    /// A cloud job of Azure Automation, which takes App Service's requests and its own, forms included
    Automation,
    /// A compute of Azure Machine Learning
    MachineLearning,
    /// Cloud Shell, whose tokens are a person's
    CloudShell,
    /// A server under Azure Arc, which proves who it is by reading a file
    Arc,
    /// An application on Service Fabric, over TLS with a certificate known by its thumbprint
    ServiceFabric,
    /// A pod on AKS, behind the node's managed identity component (NMI)
    PodIdentity,
}
