//! The cloud in China. Sources as for the public cloud.

use crate::trust::row::{Service, named, service};

pub(super) const SERVICES: &[Service] = &[
    service(
        &[
            "https://management.core.chinacloudapi.cn/",
            "https://management.chinacloudapi.cn/",
            "797f4846-ba00-4fd7-ba43-dac1f8f63013",
        ],
        &["management.chinacloudapi.cn"],
    ),
    service(
        &["https://microsoftgraph.chinacloudapi.cn/", "00000003-0000-0000-c000-000000000000"],
        &["microsoftgraph.chinacloudapi.cn"],
    ),
    service(
        &["https://graph.chinacloudapi.cn/", "00000002-0000-0000-c000-000000000000"],
        &["graph.chinacloudapi.cn"],
    ),
    service(&["https://vault.azure.cn"], &["*.vault.azure.cn"]),
    service(
        &["https://managedhsm.azure.cn", "1341df96-0b28-43da-ba24-7a6ce39be816"],
        &["*.managedhsm.azure.cn"],
    ),
    service(
        &["https://storage.azure.com/", "e406a681-f3d4-42a8-90b6-c2b029497af1"],
        &[
            "*.blob.core.chinacloudapi.cn",
            "*.queue.core.chinacloudapi.cn",
            "*.table.core.chinacloudapi.cn",
            "*.file.core.chinacloudapi.cn",
            "*.dfs.core.chinacloudapi.cn",
        ],
    ),
    service(
        &["https://database.chinacloudapi.cn/", "022907d3-0f1b-48f7-badc-1ba6abab6d66"],
        &["*.database.chinacloudapi.cn"],
    ),
    service(&["https://ossrdbms-aad.database.chinacloudapi.cn", "123cd850-d9df-40bd-94d5-c9f07b7fa203"], &[]),
    service(&["https://cosmos.azure.cn", "a232010e-820c-4083-83bb-3ace5fc29d0b"], &["*.documents.azure.cn"]),
    // "It's the same for all clouds":
    // <https://learn.microsoft.com/azure/event-hubs/authorize-access-azure-active-directory>
    named(
        &["https://eventhubs.azure.net/", "80369ed6-5f11-4dd9-bef3-692475845e77"],
        &["*.servicebus.chinacloudapi.cn"],
    ),
    named(
        &["https://servicebus.azure.net/", "80a10ef9-8168-493d-abf9-3297c4ef6e3c"],
        &["*.servicebus.chinacloudapi.cn"],
    ),
    service(&["https://eventgrid.azure.cn"], &["*.eventgrid.azure.cn"]),
    service(&["https://webpubsub.azure.cn"], &["*.webpubsub.azure.cn"]),
    service(
        &["https://appconfig.azure.cn", "35ffadb3-7fc1-497e-b61b-381d28e744cc"],
        &["*.azconfig.azure.cn"],
    ),
    service(&["https://azconfig.azure.cn"], &["*.azconfig.azure.cn"]),
    service(&["https://cognitiveservices.azure.cn"], &["*.cognitiveservices.azure.cn", "*.openai.azure.cn"]),
    service(&["https://search.azure.cn"], &["*.search.azure.cn"]),
    service(&["https://ml.azure.cn"], &["*.api.ml.azure.cn"]),
    named(&["https://ml.azure.cn"], &["*.inference.ml.azure.cn"]),
    service(&["2ff814a6-3304-4ab8-85cb-cd0e6f879c1d"], &["*.databricks.azure.cn"]),
    Service {
        audiences: &["2ff814a6-3304-4ab8-85cb-cd0e6f879c1d"],
        hosts: &["*.databricks.azure.cn"],
        path: Some("/driver-proxy"),
        named_only: true,
    },
    service(&["https://dev.azuresynapse.azure.cn"], &["*.dev.azuresynapse.azure.cn"]),
    service(
        &["https://region.asazure.chinacloudapi.cn", "https://*.asazure.chinacloudapi.cn"],
        &["*.asazure.chinacloudapi.cn"],
    ),
    service(
        &["https://batch.chinacloudapi.cn/", "ddbf3205-c6bd-46ae-8127-60eb93363864"],
        &["*.batch.chinacloudapi.cn"],
    ),
    service(
        &["https://containerregistry.azure.net", "6a0ec4d3-30cb-4a83-91c0-ae56bc0e3d26"],
        &["?.azurecr.cn"],
    ),
    named(&["6dae42f8-4368-4678-94ff-3960e28e3630"], &["*.cx.prod.service.azk8s.cn"]),
    named(&["https://appservice.azure.cn"], &["*.scm.chinacloudsites.cn", "*.scm.?.chinacloudsites.cn"]),
    service(
        &["https://api.loganalytics.azure.cn", "ca7f3f0b-7d91-482c-8e09-c5d840d0eac5"],
        &["api.loganalytics.azure.cn"],
    ),
    service(&["https://api.applicationinsights.azure.cn"], &["api.applicationinsights.azure.cn"]),
    service(&["https://monitor.azure.cn/"], &["*.in.applicationinsights.azure.cn"]),
    service(&["https://metrics.monitor.azure.cn"], &["?.metrics.monitor.azure.cn"]),
    // <https://learn.microsoft.com/power-bi/developer/embedded/embed-sample-for-customers-national-clouds>
    service(&["https://analysis.chinacloudapi.cn/powerbi/api"], &["api.powerbi.cn"]),
];
