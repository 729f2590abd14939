//! Under which names: those that dashboards for Prometheus expect, or those of OpenTelemetry's conventions.

/// Which names metrics and labels have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Profile {
    /// `http_requests_total` and `http_request_duration_seconds` by `method`, `route` and `status`: the names in
    /// Prometheus' own guide.
    #[default]
    Prometheus,
    /// `http_server_request_duration_seconds` by `http_request_method`, `http_route`, `http_response_status_code`,
    /// `error_type` and more: OpenTelemetry's semantic conventions for HTTP, version 1.44, as its exporters
    /// translate them for Prometheus. What the conventions do not have has names beside theirs.
    OpenTelemetry,
}

/// Whose metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Server,
    Client,
    /// A server whose calls are gRPC's.
    Grpc,
}

/// What a label says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Label {
    Method,
    Route,
    Status,
    /// The host and port that a client asks.
    Peer,
    PeerHost,
    PeerPort,
    Version,
    Scheme,
    ErrorType,
    GrpcService,
    GrpcMethod,
    GrpcCode,
    /// The word `grpc`.
    RpcSystem,
}

/// A name, and what stands under it.
pub(super) type Named = (&'static str, Label);

/// Names of metrics, without the suffixes of their units, and their labels.
#[derive(Debug)]
pub(super) struct Scheme {
    /// `None` where the count of `duration` is all there is.
    pub(super) requests: Option<&'static str>,
    pub(super) duration: &'static str,
    pub(super) first_byte: &'static str,
    pub(super) request_size: &'static str,
    pub(super) response_size: &'static str,
    /// Labels of all of these.
    pub(super) labels: &'static [Named],
    pub(super) in_flight: &'static str,
    pub(super) in_flight_labels: &'static [Named],
    /// With the labels `reason` and `phase` besides. `None` where `error_type` says as much.
    pub(super) aborted: Option<&'static str>,
    pub(super) aborted_labels: &'static [Named],
    pub(super) overflow: &'static str,
    /// The route where there is none. An empty value equals an absent label.
    pub(super) unmatched: &'static str,
    /// Whether an exchange without a response has the status that it is taken for.
    pub(super) supposes_status: bool,
}

impl Profile {
    pub(super) const fn scheme(self, side: Side) -> &'static Scheme {
        match (self, side) {
            (Self::Prometheus, Side::Server) => &SERVER,
            (Self::Prometheus, Side::Client) => &CLIENT,
            (Self::OpenTelemetry, Side::Server) => &OTEL_SERVER,
            (Self::OpenTelemetry, Side::Client) => &OTEL_CLIENT,
            (Self::Prometheus, Side::Grpc) => &GRPC,
            (Self::OpenTelemetry, Side::Grpc) => &OTEL_GRPC,
        }
    }
}

const METHOD: Named = ("method", Label::Method);
const ROUTE: Named = ("route", Label::Route);
const STATUS: Named = ("status", Label::Status);
const PEER: Named = ("server", Label::Peer);

static SERVER: Scheme = Scheme {
    requests: Some("http_requests"),
    duration: "http_request_duration",
    first_byte: "http_request_ttfb",
    request_size: "http_request_size",
    response_size: "http_response_size",
    labels: &[METHOD, ROUTE, STATUS],
    in_flight: "http_requests_in_flight",
    in_flight_labels: &[METHOD],
    aborted: Some("http_requests_aborted"),
    aborted_labels: &[METHOD, ROUTE],
    overflow: "http_server_route_overflow",
    unmatched: "unmatched",
    supposes_status: true,
};

static CLIENT: Scheme = Scheme {
    requests: Some("http_client_requests"),
    duration: "http_client_request_duration",
    first_byte: "http_client_request_ttfb",
    request_size: "http_client_request_size",
    response_size: "http_client_response_size",
    labels: &[METHOD, PEER, ROUTE, STATUS],
    in_flight: "http_client_requests_in_flight",
    in_flight_labels: &[METHOD, PEER],
    aborted: Some("http_client_requests_aborted"),
    aborted_labels: &[METHOD, PEER, ROUTE],
    overflow: "http_client_route_overflow",
    unmatched: "",
    supposes_status: false,
};

const OTEL_METHOD: Named = ("http_request_method", Label::Method);
const OTEL_STATUS: Named = ("http_response_status_code", Label::Status);
const OTEL_VERSION: Named = ("network_protocol_version", Label::Version);
const OTEL_SCHEME: Named = ("url_scheme", Label::Scheme);
const OTEL_ERROR: Named = ("error_type", Label::ErrorType);
const OTEL_HOST: Named = ("server_address", Label::PeerHost);
const OTEL_PORT: Named = ("server_port", Label::PeerPort);

static OTEL_SERVER: Scheme = Scheme {
    requests: None,
    duration: "http_server_request_duration",
    first_byte: "http_server_request_ttfb",
    request_size: "http_server_request_body_size",
    response_size: "http_server_response_body_size",
    labels: &[
        OTEL_METHOD,
        ("http_route", Label::Route),
        OTEL_STATUS,
        OTEL_ERROR,
        OTEL_VERSION,
        OTEL_SCHEME,
    ],
    in_flight: "http_server_active_requests",
    in_flight_labels: &[OTEL_METHOD, OTEL_SCHEME],
    aborted: None,
    aborted_labels: &[],
    overflow: "http_server_route_overflow",
    unmatched: "",
    supposes_status: false,
};

static OTEL_CLIENT: Scheme = Scheme {
    requests: None,
    duration: "http_client_request_duration",
    first_byte: "http_client_request_ttfb",
    request_size: "http_client_request_body_size",
    response_size: "http_client_response_body_size",
    labels: &[
        OTEL_METHOD,
        OTEL_HOST,
        OTEL_PORT,
        ("url_template", Label::Route),
        OTEL_STATUS,
        OTEL_ERROR,
        OTEL_VERSION,
    ],
    in_flight: "http_client_active_requests",
    in_flight_labels: &[OTEL_METHOD, OTEL_HOST, OTEL_PORT],
    aborted: None,
    aborted_labels: &[],
    overflow: "http_client_route_overflow",
    unmatched: "",
    supposes_status: false,
};

/// The names that libraries for gRPC share.
static GRPC: Scheme = Scheme {
    requests: Some("grpc_server_handled"),
    duration: "grpc_server_handling",
    first_byte: "grpc_server_ttfb",
    request_size: "grpc_server_request_size",
    response_size: "grpc_server_response_size",
    labels: &[
        ("grpc_service", Label::GrpcService),
        ("grpc_method", Label::GrpcMethod),
        ("grpc_code", Label::GrpcCode),
    ],
    in_flight: "grpc_server_in_flight",
    in_flight_labels: &[],
    aborted: None,
    aborted_labels: &[],
    overflow: "grpc_server_method_overflow",
    unmatched: super::method::OTHER,
    supposes_status: false,
};

static OTEL_GRPC: Scheme = Scheme {
    requests: None,
    duration: "rpc_server_call_duration",
    first_byte: "rpc_server_call_ttfb",
    request_size: "rpc_server_request_size",
    response_size: "rpc_server_response_size",
    labels: &[
        ("rpc_system_name", Label::RpcSystem),
        ("rpc_method", Label::Route),
        ("rpc_status_code", Label::GrpcCode),
        ("error_type", Label::ErrorType),
    ],
    in_flight: "rpc_server_active_calls",
    in_flight_labels: &[],
    aborted: None,
    aborted_labels: &[],
    overflow: "rpc_server_method_overflow",
    unmatched: super::method::OTHER,
    supposes_status: false,
};
