// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/design/forecast_job.h"

#include <QThread>

#include <utility>

namespace widthwise::ui {

namespace {

/// Leaves a simulation from within.
struct Cancelled {};

Forecast forecastOf(const ForecastRequest& request, std::uint64_t seed,
                    const std::shared_ptr<std::atomic<bool>>& cancelled)
{
    ForecastTrials trials =
        request.like ? *request.like : madeUpTrials(request.experiment, request.assumptions, seed);
    trials.trials.objective = [objective = std::move(trials.trials.objective),
                               cancelled](const Configuration& configuration, std::int64_t step,
                                          std::uint64_t noise) {
        if (*cancelled)
            throw Cancelled();
        return objective(configuration, step, noise);
    };
    return forecast(request.experiment, std::move(trials), seed, request.mostEvents);
}

} // namespace

ForecastJob::~ForecastJob()
{
    m_next.reset();
    if (!m_thread)
        return;
    *m_cancelled = true;
    m_thread->disconnect(this);
    m_thread->wait();
    delete m_thread;
}

void ForecastJob::start(const ForecastRequest& request)
{
    if (m_thread) {
        *m_cancelled = true;
        m_next = request;
    } else {
        run(request);
    }
}

void ForecastJob::cancel()
{
    m_next.reset();
    if (m_thread)
        *m_cancelled = true;
}

void ForecastJob::run(const ForecastRequest& request)
{
    m_cancelled = std::make_shared<std::atomic<bool>>(false);
    m_thread = QThread::create([this, request, cancelled = m_cancelled] {
        const auto answer = [&](auto what) {
            QMetaObject::invokeMethod(this, [cancelled, what] {
                if (!*cancelled)
                    what();
            });
        };
        std::vector<Forecast> forecasts;
        try {
            for (int run = 0; run < request.seeds && !*cancelled; ++run) {
                forecasts.push_back(
                    forecastOf(request, request.experiment.seed + std::uint64_t(run), cancelled));
                answer([this, forecasts] { Q_EMIT made(forecasts); });
            }
        } catch (const Cancelled&) {
        } catch (const std::exception& error) {
            answer([this, reason = QString::fromUtf8(error.what())] { Q_EMIT failed(reason); });
        }
    });
    connect(m_thread, &QThread::finished, this, [this] {
        std::exchange(m_thread, nullptr)->deleteLater();
        if (m_next)
            run(*std::exchange(m_next, std::nullopt));
    });
    m_thread->start(QThread::LowPriority);
}

} // namespace widthwise::ui
