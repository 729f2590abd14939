//! What a program knows of its own build.

/// Registers an info with what the crate that calls it knows of its build, without a build script:
/// `build_info{version="1.2.3",..} 1`, or `shop_build_info{..} 1` when it is given the name `"shop"`.
///
/// | label | where it comes from, when the crate is compiled |
/// |---|---|
/// | `version` | the crate's `Cargo.toml` |
/// | `revision` | the first of the environment variables `VERGEN_GIT_SHA`, `GIT_COMMIT`, `GITHUB_SHA`, `CI_COMMIT_SHA`, `SOURCE_COMMIT` that has a value |
/// | `rustc` | `VERGEN_RUSTC_SEMVER` or `RUSTC_VERSION` |
/// | `arch`, `os` | the target, as in [`std::env::consts`] |
///
/// A label that is not known is left out. It gives an [`Info`](crate::Info), or the
/// [`RegisterError`](crate::RegisterError) of [`Registry::info`](crate::Registry::info).
///
/// # Examples
/// ```
/// use prom_client::{Registry, build_info};
///
/// let registry = Registry::new();
/// build_info!(&registry)?;
/// build_info!(&registry, "shop")?;
/// let snapshot = registry.snapshot();
/// assert_eq!(snapshot.info("build", "version"), Some(env!("CARGO_PKG_VERSION")));
/// assert_eq!(snapshot.info("shop_build", "os"), Some(std::env::consts::OS));
/// # Ok::<(), prom_client::RegisterError>(())
/// ```
#[macro_export]
macro_rules! build_info {
    ($registry:expr $(,)?) => {
        $crate::build_info!(@named $registry, "build")
    };
    ($registry:expr, $name:literal $(,)?) => {
        $crate::build_info!(@named $registry, concat!($name, "_build"))
    };
    (@named $registry:expr, $name:expr) => {
        $crate::Registry::info(
            $registry,
            $name,
            "Build of the program; the value is always 1.",
            &[
                ("version", env!("CARGO_PKG_VERSION")),
                (
                    "revision",
                    $crate::build_info!(
                        @first "VERGEN_GIT_SHA", "GIT_COMMIT", "GITHUB_SHA", "CI_COMMIT_SHA",
                        "SOURCE_COMMIT"
                    ),
                ),
                ("rustc", $crate::build_info!(@first "VERGEN_RUSTC_SEMVER", "RUSTC_VERSION")),
                ("arch", ::std::env::consts::ARCH),
                ("os", ::std::env::consts::OS),
            ],
        )
    };
    (@first $($variable:literal),+) => {
        [$(option_env!($variable)),+]
            .into_iter()
            .flatten()
            .find(|value: &&str| !value.is_empty())
            .unwrap_or_default()
    };
}
