//! Which route a request takes: what a router found, wherever the metrics stand.

use std::sync::Arc;
use std::task::{Context, Poll};

use axum::extract::MatchedPath;
use http::Request;
use prom_client::http::Current;
use tower_layer::Layer;
use tower_service::Service;

thread_local! {
    /// The exchange that this thread works on.
    pub(crate) static CURRENT: Current<Route> = const { Current::new() };
}

/// The template of a path.
#[derive(Clone, Debug)]
pub(crate) enum Route {
    Matched(MatchedPath),
    Named(Arc<str>),
    Template(UrlTemplate),
}

impl Route {
    /// The route that is known of a server's request before its service runs.
    #[inline]
    pub(crate) fn of<B>(request: &Request<B>) -> Option<Self> {
        request.extensions().get::<MatchedPath>().cloned().map(Self::Matched)
    }

    /// That of a client's. A request that a server forwards has the path that the server matched, which is another.
    pub(crate) fn of_client<B>(request: &Request<B>) -> Option<Self> {
        request.extensions().get::<UrlTemplate>().copied().map(Self::Template)
    }
}

impl AsRef<str> for Route {
    #[inline]
    fn as_ref(&self) -> &str {
        match self {
            Self::Matched(path) => path.as_str(),
            Self::Named(name) => name,
            Self::Template(template) => template.0,
        }
    }
}

/// The template of a client's request, in the extensions of that: the label `route`, or `url_template`.
///
/// # Examples
/// ```
/// use prom_client_axum::UrlTemplate;
///
/// let request = http::Request::get("http://payments/users/7")
///     .extension(UrlTemplate("/users/{id}"))
///     .body(())?;
/// # drop(request);
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "it is a name for a string")]
pub struct UrlTemplate(pub &'static str);

/// Tells the metrics outside which route was found: a layer for a [`Router`](axum::Router) that
/// [`MetricsLayer`](crate::MetricsLayer) does not see through.
///
/// A router that has `MetricsLayer` among its own layers needs none. One that `nest_service` mounts does, and one
/// that has it around itself; so does a service that is no router, which then is [`named`](Self::named).
///
/// # Examples
/// ```
/// use axum::{Router, routing::get};
/// use prom_client::Registry;
/// use prom_client_axum::{CaptureRouteLayer, MetricsLayer};
///
/// let registry = Registry::new();
/// let shop = Router::new().route("/items/{id}", get(|| async { "item" })).layer(CaptureRouteLayer::new());
/// let app: Router =
///     Router::new().nest_service("/shop", shop).layer(MetricsLayer::new(&registry)?);
/// // A request for `/shop/items/7` counts as `/shop/items/{id}`.
/// # drop(app);
/// # Ok::<(), prom_client::RegisterError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct CaptureRouteLayer {
    name: Option<Arc<str>>,
}

impl CaptureRouteLayer {
    /// Tells what the router found.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Tells this name, whatever the path: `/static/{*file}` for a service of files.
    #[must_use]
    pub fn named(name: impl Into<Arc<str>>) -> Self {
        Self { name: Some(name.into()) }
    }
}

impl<S> Layer<S> for CaptureRouteLayer {
    type Service = CaptureRoute<S>;

    fn layer(&self, inner: S) -> CaptureRoute<S> {
        CaptureRoute { inner, name: self.name.clone() }
    }
}

/// The service of [`CaptureRouteLayer`].
#[derive(Clone, Debug)]
pub struct CaptureRoute<S> {
    inner: S,
    name: Option<Arc<str>>,
}

impl<S, B> Service<Request<B>> for CaptureRoute<S>
where
    S: Service<Request<B>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> S::Future {
        let named = self.name.clone().map(Route::Named);
        if let Some(route) = named.or_else(|| Route::of(&request)) {
            // A thread that is about to end has no exchange any more.
            let _ = CURRENT.try_with(|current| current.set_route(route));
        }
        self.inner.call(request)
    }
}
