// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/leave_on_signal.h"

#include <atomic>

namespace widthwise::ctl {

namespace {

std::atomic<void*> worker = nullptr;
std::atomic<void (*)(void*)> leave = nullptr;
std::atomic<bool> signalled = false;

void onSignal(int)
{
    signalled = true;
    if (void* object = worker)
        leave.load()(object);
}

} // namespace

LeaveOnSignal::LeaveOnSignal(void (*leaveWorker)(void*), void* object)
{
    signalled = false;
    leave = leaveWorker;
    worker = object;
    struct sigaction action {};
    action.sa_handler = onSignal;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    for (std::size_t i = 0; i < endings.size(); ++i) {
        sigaction(endings[i], nullptr, &m_before[i]);
        if (m_before[i].sa_handler != SIG_IGN)
            sigaction(endings[i], &action, nullptr);
    }
}

LeaveOnSignal::~LeaveOnSignal()
{
    for (std::size_t i = 0; i < endings.size(); ++i)
        sigaction(endings[i], &m_before[i], nullptr);
    worker = nullptr;
}

bool LeaveOnSignal::wasSignalled()
{
    return signalled;
}

} // namespace widthwise::ctl
