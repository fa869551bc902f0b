// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/driver.h"
#include "core/host/host.h"

#include <chrono>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace widthwise {

/// The checkpoints of trials, as files on their host: measures them, and deletes those that are recorded as
/// dropped. What is due is found out anew from the trials as they are then, so that it may be asked for
/// twice, and a trial that has begun anew meanwhile keeps what it writes.
class CheckpointFiles {
public:
    using FolderOf = std::function<std::string(int trial)>;

    /// `keepsOld`: what earlier attempts of a trial left is kept too.
    CheckpointFiles(Host& host, FolderOf folderOf, bool keepsOld);
    void setKeepsOld(bool keepsOld) { m_keepsOld = keepsOld; }

    /// As soon as possible; deletes it where it was dropped.
    void lookAt(int trial) { m_due.insert(trial); }
    /// Of trials that were recorded: what is not known of their checkpoints, or not done.
    void takeOver(std::span<const Trial> trials);
    bool isDue() const;
    /// Nothing is left to do, or it cannot be done now.
    bool isDone() const { return m_due.empty() || !m_notice.empty(); }

    /// Does a part of what is due, in one round trip to the host. `trials`: as they are recorded.
    std::vector<event::Measured> work(std::span<const Trial> trials);
    /// Why it cannot be done, and is tried again; empty where it can.
    const std::string& notice() const { return m_notice; }

private:
    using SteadyTime = std::chrono::steady_clock::time_point;

    std::string commandFor(const std::set<int>& batch, std::span<const Trial> trials) const;
    void postpone(std::string notice, std::chrono::milliseconds time);

    Host& m_host;
    FolderOf m_folderOf;
    bool m_keepsOld;
    std::set<int> m_due;
    std::string m_notice;
    SteadyTime m_retryAt{};
};

} // namespace widthwise
