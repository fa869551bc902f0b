// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/parallel/shared_memory.h"
#include "core/trainer/parallel/worker_group.h"

#include <QTemporaryDir>

#include <functional>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

/// Runs `work` in as many forked processes as there are workers, each with its communicator, and returns the
/// exit codes, or minus the signal that ended one. A program that uses this must not train in its own
/// process: threads do not survive a fork. What a worker finds out it writes into memory from shared() or
/// into a file.
inline std::vector<int> runWorkers(int workers, widthwise::trainer::Communication communication,
                                   const std::function<int(widthwise::trainer::Communicator&)>& work)
{
    using namespace widthwise::trainer;
    const QTemporaryDir folder;
    WorkerGroup place{.rank = 0, .size = workers, .onOneMachine = true, .meeting = "test", .memory = -1};
    if (communication == Communication::SharedMemory) {
        place.memory = createSharedMemory(std::size_t{16} << 20);
    }
    std::vector<pid_t> processes;
    for (; place.rank < workers; ++place.rank) {
        processes.push_back(fork());
        if (processes.back() == 0) {
            int code = 99;
            try {
                const auto communicator = meet(communication, place, folder.path().toStdString());
                code = work(*communicator);
            } catch (...) {
            }
            _exit(code);
        }
    }
    if (place.memory >= 0) {
        close(place.memory);
    }
    std::vector<int> codes;
    for (const pid_t process : processes) {
        int status = 0;
        waitpid(process, &status, 0);
        codes.push_back(WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status));
    }
    return codes;
}

/// Zeros that forked processes share with this one.
template <typename T>
class Shared {
public:
    Shared() : m_memory(widthwise::trainer::createSharedMemory(sizeof(T)), sizeof(T)) {}
    T& operator*() const { return *reinterpret_cast<T*>(m_memory.data()); }
    T* operator->() const { return &**this; }

private:
    widthwise::trainer::SharedMemory m_memory;
};
