// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <csignal>

namespace widthwise::ctl {

/// While it lives, the first signal that ends a process calls leave() of `worker`, which must be safe in a
/// signal handler, and the second has its usual effect. What was ignored (nohup) stays so.
class LeaveOnSignal {
public:
    template <typename Worker>
    explicit LeaveOnSignal(Worker& worker)
        : LeaveOnSignal([](void* object) { static_cast<Worker*>(object)->leave(); }, &worker)
    {
    }
    ~LeaveOnSignal();
    LeaveOnSignal(const LeaveOnSignal&) = delete;
    LeaveOnSignal& operator=(const LeaveOnSignal&) = delete;

    /// Of the last one: whether a signal came.
    static bool wasSignalled();

private:
    LeaveOnSignal(void (*leave)(void*), void* worker);

    static constexpr std::array endings{SIGINT, SIGTERM, SIGHUP};
    std::array<struct sigaction, endings.size()> m_before{};
};

} // namespace widthwise::ctl
