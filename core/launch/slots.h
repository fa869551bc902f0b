// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"
#include "core/host/host.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace widthwise {

/// The part of a machine that one trial has for itself.
struct Slot {
    int cpus = 0;
    std::vector<std::string> gpus; ///< ids for CUDA_VISIBLE_DEVICES

    /// `cpu`, `cuda:1`, `cuda:0,1`.
    std::string device() const;
    /// What CUDA_VISIBLE_DEVICES is to be; empty hides every GPU.
    std::string visibleGpus() const;
};

/// Shares out the CPUs and GPUs of one machine.
class Slots {
public:
    explicit Slots(const Inventory& inventory);

    /// Why a trial with these needs can never run here; empty where it can.
    std::string refusal(const Resources& needs) const;
    /// Empty where nothing fits now.
    std::optional<Slot> take(const Resources& needs);
    /// What a trial that is already running on `device` has.
    Slot takeOver(const Resources& needs, std::string_view device);
    void release(const Slot& slot);

private:
    int m_cpus;
    int m_freeCpus;
    std::vector<std::string> m_gpus;
    std::vector<std::string> m_freeGpus;
};

} // namespace widthwise
