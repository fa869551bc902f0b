// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/runner.h"

#include "core/run/runner_loop.h"

namespace widthwise {

Runner::Runner(Options options, std::unique_ptr<Launcher> launcher, Host& host, const Clock& clock)
    : m_loop(std::make_unique<Loop>(std::move(options), std::move(launcher), host, clock, m_leave))
{
}

Runner::~Runner() = default;

void Runner::onProgress(Progress progress)
{
    m_loop->onProgress(std::move(progress));
}

ExperimentState Runner::run()
{
    return m_loop->run();
}

} // namespace widthwise
