use prom_client::LabelSet;

#[derive(LabelSet)]
struct Labels<A: std::fmt::Display> {
    code: A,
}

#[derive(LabelSet)]
struct More<A>
where
    A: Copy,
{
    code: A,
}

fn main() {}
