//! The public cloud. A link stands beside what it is the source of; audiences without one are the default scopes of the
//! Azure SDKs' clients, application ids those of
//! <https://github.com/hashicorp/go-azure-sdk/blob/main/sdk/environments/constants.go>, hosts those of
//! <https://learn.microsoft.com/azure/private-link/private-endpoint-dns>.

use crate::trust::row::{Service, named, service};

pub(super) const SERVICES: &[Service] = &[
    // <https://learn.microsoft.com/azure/app-service/environment/firewall-integration>: regional names, one label long.
    // The id is that of the application "Windows Azure Service Management API".
    service(
        &[
            "https://management.core.windows.net/",
            "https://management.azure.com/",
            "797f4846-ba00-4fd7-ba43-dac1f8f63013",
        ],
        &["management.azure.com", "?.management.azure.com"],
    ),
    service(
        &["https://graph.microsoft.com/", "00000003-0000-0000-c000-000000000000"],
        &["graph.microsoft.com"],
    ),
    service(&["https://graph.windows.net/", "00000002-0000-0000-c000-000000000000"], &["graph.windows.net"]),
    // <https://learn.microsoft.com/azure/devops/organizations/security/allow-list-ip-url>
    service(
        &["499b84ac-1321-427f-aa17-267ca6975798", "https://app.vssps.visualstudio.com"],
        &[
            "dev.azure.com",
            "*.dev.azure.com",
            "?.visualstudio.com",
            "*.vssps.visualstudio.com",
            "*.vsrm.visualstudio.com",
            "*.pkgs.visualstudio.com",
            "*.feeds.visualstudio.com",
        ],
    ),
    // Secrets, storage, databases.
    service(&["https://vault.azure.net", "cfa8b339-82a2-471a-a3c9-0fc0be7a4093"], &["*.vault.azure.net"]),
    service(
        &["https://managedhsm.azure.net", "1341df96-0b28-43da-ba24-7a6ce39be816"],
        &["*.managedhsm.azure.net"],
    ),
    // <https://learn.microsoft.com/azure/storage/common/storage-account-overview>: accounts in DNS zones.
    // <https://learn.microsoft.com/fabric/onelake/onelake-access-api>
    service(
        &["https://storage.azure.com/", "e406a681-f3d4-42a8-90b6-c2b029497af1"],
        &[
            "*.blob.core.windows.net",
            "*.queue.core.windows.net",
            "*.table.core.windows.net",
            "*.file.core.windows.net",
            "*.dfs.core.windows.net",
            "?.?.blob.storage.azure.net",
            "?.?.queue.storage.azure.net",
            "?.?.table.storage.azure.net",
            "?.?.file.storage.azure.net",
            "?.?.dfs.storage.azure.net",
            "?.blob.fabric.microsoft.com",
            "?.dfs.fabric.microsoft.com",
        ],
    ),
    service(
        &["https://database.windows.net/", "022907d3-0f1b-48f7-badc-1ba6abab6d66"],
        &["*.database.windows.net", "*.sql.azuresynapse.net"],
    ),
    service(
        &["https://ossrdbms-aad.database.windows.net", "123cd850-d9df-40bd-94d5-c9f07b7fa203"],
        &["*.postgres.database.azure.com", "*.mysql.database.azure.com"],
    ),
    service(
        &["https://cosmos.azure.com", "a232010e-820c-4083-83bb-3ace5fc29d0b"],
        &["*.documents.azure.com", "*.table.cosmos.azure.com"],
    ),
    // <https://learn.microsoft.com/azure/azure-cache-for-redis/cache-azure-active-directory-for-authentication>
    service(
        &["https://redis.azure.com", "acca5fbb-b7e4-4009-81f1-37e38fd66d78"],
        &["*.redis.cache.windows.net", "*.redisenterprise.cache.azure.net", "*.redis.azure.net"],
    ),
    // The well-known hosts of the Kusto clients.
    service(
        &["https://kusto.kusto.windows.net", "2746ea77-4702-4b45-80ca-3c97e680e8b7"],
        &[
            "*.kusto.windows.net",
            "*.kustomfa.windows.net",
            "*.kusto.azuresynapse.net",
            "*.kusto.fabric.microsoft.com",
            "*.kusto.data.microsoft.com",
            "adx.monitor.azure.com",
            "*.adx.monitor.azure.com",
            "adx.loganalytics.azure.com",
            "adx.applicationinsights.azure.com",
            "ade.loganalytics.io",
            "ade.applicationinsights.io",
        ],
    ),
    // A separate application for sign-ins with a second factor.
    service(&["725d0e77-e1fd-48f1-a295-2115457f7609"], &["*.kustomfa.windows.net"]),
    // A retired service, and a certificate for SSH: no host takes these.
    service(&["https://datalake.azure.net/", "e9f49c6b-5ce5-44c8-925d-015017e9f7ad"], &[]),
    service(&["https://pas.windows.net/CheckMyAccess/Linux"], &[]),
    service(&["https://confidential-ledger.azure.com"], &["*.confidential-ledger.azure.com"]),
    service(&["https://attest.azure.net", "c61423b7-1d1f-430d-b444-0eee53298103"], &["*.attest.azure.net"]),
    // Messaging, configuration, devices. The name of a namespace does not show its kind, and a relay shows requests to
    // its listener.
    named(
        &["https://servicebus.azure.net/", "80a10ef9-8168-493d-abf9-3297c4ef6e3c"],
        &["*.servicebus.windows.net"],
    ),
    // <https://learn.microsoft.com/azure/event-hubs/authorize-access-azure-active-directory>
    named(
        &["https://eventhubs.azure.net/", "80369ed6-5f11-4dd9-bef3-692475845e77"],
        &["*.servicebus.windows.net"],
    ),
    // <https://learn.microsoft.com/azure/azure-relay/authenticate-application>
    named(&["https://relay.azure.net/"], &["*.servicebus.windows.net"]),
    service(&["https://eventgrid.azure.net"], &["*.eventgrid.azure.net"]),
    service(&["https://signalr.azure.com"], &["*.service.signalr.net"]),
    service(&["https://webpubsub.azure.com"], &["*.webpubsub.azure.com"]),
    // <https://learn.microsoft.com/azure/azure-app-configuration/rest-api-authentication-azure-ad>: the newer of two
    // audiences, each valid at both hosts.
    service(
        &["https://appconfig.azure.com", "35ffadb3-7fc1-497e-b61b-381d28e744cc"],
        &["*.appconfig.azure.com", "*.azconfig.io"],
    ),
    service(&["https://azconfig.io"], &["*.azconfig.io", "*.appconfig.azure.com"]),
    service(&["https://iothubs.azure.net"], &["*.azure-devices.net"]),
    service(&["https://azure-devices-provisioning.net"], &["*.azure-devices-provisioning.net"]),
    service(&["https://api.adu.microsoft.com/"], &["*.api.adu.microsoft.com"]),
    service(&["https://apps.azureiotcentral.com"], &["*.azureiotcentral.com"]),
    service(
        &["https://digitaltwins.azure.net", "0b07f429-9f4b-4714-9392-cc5e8e80c8b0"],
        &["*.digitaltwins.azure.net"],
    ),
    service(&["https://communication.azure.com"], &["*.communication.azure.com"]),
    service(
        &["https://atlas.microsoft.com", "ba1ea022-5807-41d5-bbeb-292c7e1cf5f6"],
        &["atlas.microsoft.com", "us.atlas.microsoft.com", "eu.atlas.microsoft.com"],
    ),
    // AI, analytics, compute.
    service(
        &["https://cognitiveservices.azure.com", "7d312290-28c8-473c-a0ed-8e53749b6d6d"],
        &["*.cognitiveservices.azure.com", "*.openai.azure.com", "*.services.ai.azure.com"],
    ),
    // Projects have the hosts of their models' service, and paths of their own. An agent may be a customer's code, but
    // the service receives the request and calls it; nothing published says that it passes the token on.
    Service {
        audiences: &["https://ai.azure.com"],
        hosts: &["*.services.ai.azure.com"],
        path: Some("/api/projects/"),
        named_only: false,
    },
    service(&["https://search.azure.com", "880da380-985e-4198-81b9-e05b1cc53158"], &["*.search.windows.net"]),
    service(&["https://ml.azure.com"], &["*.api.azureml.ms", "*.notebooks.azure.net"]),
    // A customer's own model behind Microsoft's front end.
    named(&["https://ml.azure.com"], &["*.inference.ml.azure.com"]),
    service(&["2ff814a6-3304-4ab8-85cb-cd0e6f879c1d"], &["*.azuredatabricks.net"]),
    Service {
        audiences: &["2ff814a6-3304-4ab8-85cb-cd0e6f879c1d"],
        hosts: &["*.azuredatabricks.net"],
        path: Some("/driver-proxy"),
        named_only: true,
    },
    service(&["https://dev.azuresynapse.net"], &["*.dev.azuresynapse.net"]),
    service(
        &["https://purview.azure.net", "73c2949e-da2d-457a-9607-fcc665198967"],
        &["*.purview.azure.com", "?.purview-service.microsoft.com"],
    ),
    service(
        &["https://region.asazure.windows.net", "https://*.asazure.windows.net"],
        &["*.asazure.windows.net"],
    ),
    // With the trailing slash: "should exactly match (including forward slash)".
    service(
        &["https://batch.core.windows.net/", "ddbf3205-c6bd-46ae-8127-60eb93363864"],
        &["*.batch.azure.com"],
    ),
    // The registries themselves; their data hosts accept no token of this kind.
    service(
        &["https://containerregistry.azure.net", "6a0ec4d3-30cb-4a83-91c0-ae56bc0e3d26"],
        &["?.azurecr.io", "?.geo.azurecr.io"],
    ),
    named(&["6dae42f8-4368-4678-94ff-3960e28e3630"], &["*.hcp.?.azmk8s.io", "*.privatelink.?.azmk8s.io"]),
    // <https://github.com/Azure/azure-cli/blob/dev/src/azure-cli-core/azure/cli/core/cloud.py>
    named(
        &["https://appservice.azure.com", "abfa0a7c-a6b6-4736-8310-5855508787cd"],
        &["*.scm.azurewebsites.net", "*.scm.?.azurewebsites.net", "*.scm.*.appserviceenvironment.net"],
    ),
    // <https://learn.microsoft.com/azure/container-apps/sessions>
    service(&["https://dynamicsessions.io"], &["?.dynamicsessions.io"]),
    service(&["https://cnt-prod.loadtesting.azure.com"], &["*.cnt-prod.loadtesting.azure.com"]),
    service(&["https://devcenter.azure.com"], &["*.devcenter.azure.com"]),
    // <https://learn.microsoft.com/azure/healthcare-apis/get-access-token>: a FHIR service below a workspace takes
    // tokens for its own URL, so it has no row.
    service(&["https://azurehealthcareapis.com"], &["?.azurehealthcareapis.com"]),
    service(&["https://dicom.healthcareapis.azure.com"], &["*.dicom.azurehealthcareapis.com"]),
    service(&["https://deid.azure.com"], &["*.deid.azure.com"]),
    service(&["https://codesigning.azure.net"], &["?.codesigning.azure.net"]),
    service(&["https://quantum.microsoft.com"], &["?.quantum.azure.com"]),
    // Monitoring: <https://learn.microsoft.com/azure/azure-monitor/fundamentals/azure-monitor-network-access>
    service(
        &["https://api.loganalytics.io", "ca7f3f0b-7d91-482c-8e09-c5d840d0eac5"],
        &[
            "api.loganalytics.io",
            "*.api.loganalytics.io",
            "api.loganalytics.azure.com",
            "api.monitor.azure.com",
            "*.api.monitor.azure.com",
        ],
    ),
    service(
        &["https://api.applicationinsights.io", "f5c26e74-f226-4ae8-85f0-b4af0080ac9e"],
        &[
            "api.applicationinsights.io",
            "api1.applicationinsights.io",
            "api2.applicationinsights.io",
            "api3.applicationinsights.io",
            "api4.applicationinsights.io",
            "api5.applicationinsights.io",
            "api.applicationinsights.azure.com",
            "*.api.applicationinsights.azure.com",
        ],
    ),
    service(
        &["https://monitor.azure.com/"],
        &[
            "*.ingest.monitor.azure.com",
            "*.in.applicationinsights.azure.com",
            "*.livediagnostics.monitor.azure.com",
        ],
    ),
    service(&["https://metrics.monitor.azure.com"], &["?.metrics.monitor.azure.com"]),
    // <https://learn.microsoft.com/azure/azure-monitor/essentials/metrics-store-custom-rest-api>
    service(&["https://monitoring.azure.com/"], &["?.monitoring.azure.com"]),
    service(&["https://prometheus.monitor.azure.com"], &["*.prometheus.monitor.azure.com"]),
    named(&["ce34e7e5-485f-4d76-964f-b3d2b16d1e4f"], &["*.grafana.azure.com"]),
    // Fabric, Power BI, Microsoft 365, security.
    service(&["https://api.fabric.microsoft.com"], &["api.fabric.microsoft.com"]),
    // <https://learn.microsoft.com/power-bi/developer/embedded/embed-sample-for-customers-national-clouds>
    service(
        &["https://analysis.windows.net/powerbi/api", "00000009-0000-0000-c000-000000000000"],
        &["api.powerbi.com", "*.analysis.windows.net", "api.fabric.microsoft.com"],
    ),
    service(&["https://service.powerapps.com/"], &["api.powerapps.com", "api.bap.microsoft.com"]),
    service(&["https://service.flow.microsoft.com/"], &["api.flow.microsoft.com"]),
    service(&["https://api.powerplatform.com"], &["api.powerplatform.com"]),
    service(
        &[
            "https://outlook.office365.com",
            "https://outlook.office.com",
            "00000002-0000-0ff1-ce00-000000000000",
        ],
        &["outlook.office365.com", "outlook.office.com"],
    ),
    service(&["https://manage.office.com", "c5393580-f805-4401-95e8-94b7a6ef2fc2"], &["manage.office.com"]),
    // <https://learn.microsoft.com/defender-endpoint/api/exposed-apis-create-app-nativeapp>
    service(
        &["https://api.securitycenter.microsoft.com", "fc780465-2017-40d4-a0c5-307022471b92"],
        &["api.security.microsoft.com", "?.api.security.microsoft.com", "api.securitycenter.microsoft.com"],
    ),
];
