//! The protocols of selections, which have nearly the same messages under different names.

/// The names of one protocol.
#[derive(Debug)]
pub struct Family {
    /// The interface of its global.
    pub manager: &'static str,
    /// The highest version that carafe uses.
    pub version: u32,
    /// The request for a device.
    pub get_device: &'static str,
    /// The request for a source.
    pub create_source: &'static str,
    /// The interface of devices.
    pub device: &'static str,
    /// The interface of sources.
    pub source: &'static str,
    /// The interface of offers.
    pub offer: &'static str,
    /// For data control, the version from which on it has the primary selection; 0 for the
    /// others.
    pub primary_since: u32,
}

impl Family {
    /// Whether its one selection is the primary one.
    pub fn is_primary(&self) -> bool {
        self.device == PRIMARY_FAMILY.device
    }

    /// Whether it is data control, which does not need the keyboard.
    pub fn is_control(&self) -> bool {
        self.primary_since != 0
    }
}

/// The core protocol: clipboard and drags.
pub static CORE: Family = Family {
    manager: "wl_data_device_manager",
    version: 3,
    get_device: "get_data_device",
    create_source: "create_data_source",
    device: "wl_data_device",
    source: "wl_data_source",
    offer: "wl_data_offer",
    primary_since: 0,
};

/// The protocol of the primary selection.
pub static PRIMARY_FAMILY: Family = Family {
    manager: "zwp_primary_selection_device_manager_v1",
    version: 1,
    get_device: "get_device",
    create_source: "create_source",
    device: "zwp_primary_selection_device_v1",
    source: "zwp_primary_selection_source_v1",
    offer: "zwp_primary_selection_offer_v1",
    primary_since: 0,
};

/// The primary selection of carafe's clients, of which the host hears nothing.
pub static LOCAL_FAMILY: Family = Family {
    manager: "",
    version: 1,
    get_device: "",
    create_source: "",
    device: "",
    source: "",
    offer: "",
    primary_since: 0,
};

/// The protocols of data control, which have both selections; the newer one first.
pub static CONTROLS: [Family; 2] = [
    Family {
        manager: "ext_data_control_manager_v1",
        version: 1,
        get_device: "get_data_device",
        create_source: "create_data_source",
        device: "ext_data_control_device_v1",
        source: "ext_data_control_source_v1",
        offer: "ext_data_control_offer_v1",
        primary_since: 1,
    },
    Family {
        manager: "zwlr_data_control_manager_v1",
        version: 2,
        get_device: "get_data_device",
        create_source: "create_data_source",
        device: "zwlr_data_control_device_v1",
        source: "zwlr_data_control_source_v1",
        offer: "zwlr_data_control_offer_v1",
        primary_since: 2,
    },
];
