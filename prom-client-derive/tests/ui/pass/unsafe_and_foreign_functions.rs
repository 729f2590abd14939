use prom_client::{Counter, counted, statics};

statics! {
    /// Calls.
    static CALLS: Counter = "calls";
}

#[counted(CALLS)]
unsafe fn dangerous(address: *const u8) -> u8 {
    unsafe { *address }
}

#[counted(|_| *CALLS)]
unsafe fn caught(address: *const u8) -> u8 {
    unsafe { *address }
}

#[counted(CALLS)]
extern "C" fn foreign() -> u8 {
    7
}

fn main() {
    let value = foreign();
    assert_eq!(unsafe { dangerous(&value) + caught(&value) }, 14);
    assert_eq!(CALLS.value(), 3);
}
