// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/engine/training.h"
#include "core/trainer/compute/prepare_compute.h"

#include "core/trainer/engine/checkpoint.h"
#include "core/trainer/engine/control.h"
#include "core/trainer/engine/data_parallel.h"
#include "core/trainer/engine/environment.h"
#include "core/trainer/engine/metrics_log.h"
#include "core/trainer/engine/network.h"
#include "core/trainer/engine/schedule.h"
#include "core/trainer/engine/settings.h"
#include "core/trainer/engine/step_statistics.h"
#include "core/trainer/engine/stored_model.h"
#include "core/trainer/engine/updater.h"
#include "core/trainer/error.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>
#include <optional>
#include <ostream>
#include <vector>

namespace widthwise::trainer {

namespace {

Schedule scheduleOf(const Settings& settings, std::int64_t steps)
{
    const double warmup = settings.warmupSteps > 0 ? static_cast<double>(settings.warmupSteps)
                                                   : settings.warmupFraction * static_cast<double>(steps);
    return {settings.schedule, settings.initialLr, settings.maxLr, settings.finalLr, steps, warmup};
}

std::int64_t stepsOf(const Settings& settings, std::int64_t stepsPerEpoch)
{
    const auto fromEpochs = std::llround(settings.epochs * static_cast<double>(stepsPerEpoch));
    return settings.steps > 0 ? settings.steps : std::max<std::int64_t>(1, fromEpochs);
}

template <typename Real>
class Training {
public:
    Training(const Family& family, const TrainRequest& request, DataSource& data, Control& control,
             std::ostream& progress, std::ostream& notices, Communicator& communicator);
    Outcome run();

private:
    using Clock = std::chrono::steady_clock;

    void restore(const std::string& path);
    void beginFrom(const std::string& folder);
    void save();
    /// Saves in the midst of long work, and gives it up where that is asked for and concerns no other worker.
    void interrupt(Request request);
    Outcome advanceToTheEnd();
    /// The loss of update `m_step`, which is then made if it is finite.
    double advance();
    /// What is known of the update just made before it is validated; empty where nothing is due.
    Metrics measured(double loss, double rate);
    Metrics learningRates(double rate) const;
    /// Validates where that is due, and writes and saves what is.
    void conclude();
    void reportDivergence();
    double time() const
    {
        return m_timeBefore + std::chrono::duration<double>(Clock::now() - m_start).count();
    }
    double epoch() const { return static_cast<double>(m_step) / static_cast<double>(m_data.stepsPerEpoch()); }
    bool isDue(std::int64_t every) const { return m_step % every == 0 || m_step == m_steps || pausesHere(); }
    bool pausesHere() const { return m_step == m_untilStep; }

    const Family& m_family;
    const Settings& m_settings;
    std::string m_directory;
    std::ostream& m_progress;
    std::ostream& m_notices;
    DataSource& m_data;
    std::int64_t m_steps;
    std::int64_t m_untilStep;
    std::int64_t m_validateEvery;
    Schedule m_schedule;
    std::vector<LossTerm> m_terms;
    DataSizes m_sizes;
    std::vector<ParameterSpec> m_parameters;
    Network<Real> m_network;
    std::unique_ptr<Updater<Real>> m_updater;
    Control& m_control;
    Communicator& m_communicator;
    std::optional<MetricsLog> m_metrics; ///< of the worker that leads
    StepStatistics m_statistics;         ///< of the worker that leads, of its slice of the batch
    std::optional<Batch> m_fixedBatch;
    std::int64_t m_step = 0; ///< updates made
    Metrics m_unreported;    ///< of the last of them
    std::pair<std::int64_t, bool> m_saved{-1,
                                          {}}; ///< updates in the last checkpoint, and whether all reported
    double m_timeBefore = 0;
    Clock::time_point m_start = Clock::now();
};

template <typename Real>
Training<Real>::Training(const Family& family, const TrainRequest& request, DataSource& data,
                         Control& control, std::ostream& progress, std::ostream& notices,
                         Communicator& communicator)
    : m_family(family), m_settings(request.settings), m_directory(request.trialDirectory),
      m_progress(progress), m_notices(notices), m_data(data),
      m_steps(stepsOf(m_settings, m_data.stepsPerEpoch())), m_untilStep(request.untilStep),
      m_validateEvery(m_settings.validateEvery > 0 ? m_settings.validateEvery : m_data.stepsPerEpoch()),
      m_schedule(scheduleOf(m_settings, m_steps)), m_terms(family.terms(m_settings)),
      m_sizes(family.sizes(m_settings, request.dataDirectory)),
      m_parameters(family.facts().parameters(m_settings, m_sizes)),
      m_network(family, m_settings, m_sizes, *request.backend),
      m_updater(makeUpdater({m_settings.optimizer, m_settings.momentum, m_settings.beta1, m_settings.beta2,
                             m_settings.epsilon, m_settings.weightDecay},
                            m_network)),
      m_control(control), m_communicator(communicator),
      m_statistics(communicator.leads() ? m_settings.statisticsEvery : 0, m_directory + "/statistics.jsonl",
                   m_network.segments())
{
    if (communicator.leads()) {
        m_metrics.emplace(m_directory + "/metrics.jsonl");
    }
    if (m_settings.fixedBatch) {
        m_fixedBatch = m_data.fixedBatch();
    }
    if (!request.checkpoint.empty()) {
        restore(request.checkpoint);
        m_saved = {m_step, m_unreported.empty()};
    } else if (!request.startFrom.empty()) {
        beginFrom(request.startFrom);
    }
    m_control.whenAsked([this](Request asked) { interrupt(asked); });
    communicator.broadcast(std::as_writable_bytes(m_network.values()));
}

/// What the other trial had still to report is its own to report.
template <typename Real>
void Training<Real>::beginFrom(const std::string& folder)
{
    const std::string path = folder + "/checkpoint.pt";
    if (!std::filesystem::exists(path)) {
        throw InputError(path + ": the checkpoint of the trial that this one is a copy of is not there");
    }
    restore(path);
    m_unreported.clear();
    if (m_step >= m_steps) {
        throw InputError(path + ": the checkpoint is at step " + std::to_string(m_step) + ", and a run has " +
                         std::to_string(m_steps));
    }
}

template <typename Real>
void Training<Real>::restore(const std::string& path)
{
    const Checkpoint checkpoint = loadCheckpoint(path);
    requireModel(checkpoint, path, m_family.facts(), m_parameters);
    const auto copy = [&](const std::vector<std::byte>& from, std::span<Real> to) {
        if (from.size() != to.size_bytes()) {
            throw InputError(path + ": the checkpoint is of another model, optimizer or precision");
        }
        std::memcpy(to.data(), from.data(), from.size());
    };
    copy(checkpoint.values, m_network.values());
    copy(checkpoint.first, m_updater->first());
    copy(checkpoint.second, m_updater->second());
    m_step = checkpoint.step;
    m_unreported = checkpoint.unreported;
    m_timeBefore = checkpoint.time;

    for (const auto& [key, value] : environment(m_settings.threads, m_network.backend())) {
        const auto before = checkpoint.environment.find(key);
        if (before != checkpoint.environment.end() && before->second != value) {
            m_notices << "notice: " << key << " was " << before->second << " before and is " << value
                      << " now: the last digits may differ\n";
        }
    }
    for (const SettingChange& change : changes(parseSettings(checkpoint.settings), m_settings)) {
        m_notices << "notice: " << change.key << " was " << change.before << " before and is " << change.after
                  << " now\n";
    }
    m_progress << "continuing from step " << m_step << " of " << m_steps << std::endl;
}

template <typename Real>
void Training<Real>::save()
{
    const std::pair current{m_step, m_unreported.empty()};
    if (m_saved == current || !m_communicator.leads()) {
        return;
    }
    saveCheckpoint(m_directory + "/checkpoint.pt",
                   {.step = m_step,
                    .time = time(),
                    .unreported = m_unreported,
                    .settings = toJson(m_settings),
                    .environment = environment(m_settings.threads, m_network.backend()),
                    .family = std::string(m_family.facts().name()),
                    .layout = storedLayout(m_parameters),
                    .values = bytesOf<Real>(m_network.values()),
                    .first = bytesOf<Real>(m_updater->first()),
                    .second = bytesOf<Real>(m_updater->second())});
    m_saved = current;
}

template <typename Real>
void Training<Real>::interrupt(Request request)
{
    save();
    if (request == Request::Stop && m_communicator.size() == 1) {
        throw StopRequested();
    }
}

template <typename Real>
double Training<Real>::advance()
{
    constexpr double highestBeta1 = 0.95; // PyTorch's defaults for OneCycleLR(cycle_momentum=True)
    constexpr double lowestBeta1 = 0.85;

    const Batch batch = m_fixedBatch ? *m_fixedBatch : m_data.batch(m_step);
    const std::vector<double> wholes = wholeDivisors(m_network, batch, m_communicator);
    m_statistics.begin(m_step + 1);
    double loss = m_network.differentiate(batch, m_statistics.layers(), wholes).loss;
    if (m_communicator.size() > 1) { // nobody else fetches the gradient from a device
        loss = joinSlices(loss, m_network.gradient(), m_communicator);
    }
    if (!std::isfinite(loss)) {
        return loss;
    }
    const double beta1 = m_settings.cycleBeta1
                             ? std::lerp(highestBeta1, lowestBeta1, m_schedule.height(m_step))
                             : m_settings.beta1;
    m_updater->update(m_step, m_schedule.rate(m_step), beta1, m_settings.gradientClip, m_statistics.norms());
    ++m_step;
    return loss;
}

/// One value per role: all tensors of a role have the same multiplier, as all that grows grows with the
/// width.
template <typename Real>
Metrics Training<Real>::learningRates(double rate) const
{
    Metrics metrics;
    for (const Segment& segment : m_network.segments()) {
        const std::string name = "learning_rate/" + std::string(roleName(segment.role));
        if (std::ranges::find(metrics, name, &Metrics::value_type::first) == metrics.end()) {
            metrics.emplace_back(name, rate * segment.scaling.learningRate);
        }
    }
    return metrics;
}

template <typename Real>
Metrics Training<Real>::measured(double loss, double rate)
{
    if (!isDue(m_validateEvery) && !isDue(m_settings.logEvery) && m_step != 1 &&
        !m_statistics.isRecording()) {
        return {};
    }
    Metrics metrics = learningRates(rate);
    metrics.emplace(metrics.begin(), "train/loss", loss);
    const Metrics statistics = m_statistics.finish();
    metrics.insert(metrics.end(), statistics.begin(), statistics.end());
    return metrics;
}

template <typename Real>
void Training<Real>::conclude()
{
    Metrics metrics = m_unreported;
    if (isDue(m_validateEvery)) {
        Metrics validation =
            m_family.metrics(m_terms, validate(m_network, m_data, m_terms.size(), m_communicator, m_control));
        if (m_settings.evaluate && m_step == m_steps && m_metrics) {
            const Metrics evaluation = m_data.evaluate(m_network);
            validation.insert(validation.end(), evaluation.begin(), evaluation.end());
        }
        m_progress << "step " << m_step << " of " << m_steps << "  train/loss " << metrics.front().second;
        for (const auto& [name, value] : validation) {
            m_progress << "  " << name << " " << value;
        }
        m_progress << "  " << std::llround(time()) << " s" << std::endl;
        metrics.insert(metrics.begin() + 1, validation.begin(), validation.end());
    }
    if (m_metrics && !metrics.empty()) {
        m_metrics->write(m_step, epoch(), time(), metrics);
    }
    m_unreported.clear();
    const std::int64_t every = m_settings.checkpointEvery;
    if (every >= 0 && isDue(every > 0 ? every : m_validateEvery)) {
        save();
    }
}

template <typename Real>
void Training<Real>::reportDivergence()
{
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    const std::vector<TermResult> lost(m_terms.size(),
                                       {.sum = nan, .divisor = 1, .correct = nan, .count = nan});
    Metrics metrics = m_family.metrics(m_terms, lost); // one of them is what the search looks at
    metrics.emplace(metrics.begin(), "train/loss", nan);
    const Metrics statistics = m_statistics.finish();
    metrics.insert(metrics.end(), statistics.begin(), statistics.end());
    if (m_metrics) {
        m_metrics->write(m_step + 1, epoch(), time(), metrics);
    }
    m_notices << "notice: the loss of step " << m_step + 1
              << " is not finite: the run has diverged and ends here\n";
}

template <typename Real>
Outcome Training<Real>::run()
{
    try {
        return advanceToTheEnd();
    } catch (const StopRequested&) {
        m_progress << "stopped on request after step " << m_step << std::endl;
        return Outcome::Stopped;
    }
}

template <typename Real>
Outcome Training<Real>::advanceToTheEnd()
{
    if (!m_unreported.empty()) {
        conclude();
    }
    while (m_step < m_steps) {
        if (m_untilStep > 0 && m_step >= m_untilStep) {
            save();
            m_progress << "paused at step " << m_step << " of " << m_steps << std::endl;
            return Outcome::Paused;
        }
        const Request request = agree(m_control.poll(), m_communicator);
        if (request != Request::None) {
            save();
        }
        if (request == Request::Stop) {
            throw StopRequested();
        }
        const double rate = m_schedule.rate(m_step);
        const double loss = advance();
        if (!std::isfinite(loss)) {
            reportDivergence();
            return Outcome::Diverged;
        }
        m_unreported = measured(loss, rate);
        conclude();
    }
    return Outcome::Completed;
}

template <typename Real>
Outcome trainIn(const Family& family, const TrainRequest& request, DataSource& data, Control& control,
                std::ostream& progress, std::ostream& notices, Communicator& communicator)
{
    const Outcome outcome =
        Training<Real>(family, request, data, control, progress, notices, communicator).run();
    communicator.barrier(); // whoever ends early would take the others' connections with it
    return outcome;
}

/// While data are read there is nothing to save: what is not begun can be begun again.
void giveUpWhenStopped(Request request)
{
    if (request == Request::Stop) {
        throw StopRequested();
    }
}

Outcome trainAmong(const Family& family, const TrainRequest& asked, std::ostream& progress,
                   std::ostream& notices, Communicator& communicator)
try {
    TrainRequest request = asked;
    request.settings = family.completed(asked.settings, asked.dataDirectory);
    // Before the data: reading them may take long. Signals may come to any worker, the file to the first.
    Control control(communicator.leads() ? request.trialDirectory + "/control" : "");
    if (communicator.size() == 1) {
        control.whenAsked(giveUpWhenStopped);
    }
    prepareCompute(request.settings.threads);
    if (!request.backend) {
        request.backend = backendOf(request.settings, communicator.rank());
    }
    if (request.settings.precision == Precision::Bfloat16 && request.backend->cudaDevice < 0 &&
        bf16Instructions().empty()) {
        notices << "notice: this processor has no instructions for bfloat16: precision bf16 is slower here "
                   "than float32\n";
    }
    const auto data = family.open({.settings = request.settings,
                                   .folder = request.dataDirectory,
                                   .notices = notices,
                                   .slice = {.index = communicator.rank(), .count = communicator.size()},
                                   .betweenBlocks = [&control] { control.attend(); }});
    if (communicator.leads()) {
        data->writeSideFiles(request.trialDirectory);
        progress << data->summary() << std::endl;
    }
    return request.settings.precision == Precision::Float64
               ? trainIn<double>(family, request, *data, control, progress, notices, communicator)
               : trainIn<float>(family, request, *data, control, progress, notices, communicator);
} catch (const StopRequested&) {
    progress << "stopped on request before the first step" << std::endl;
    return Outcome::Stopped;
}

} // namespace

Outcome train(const Family& family, const TrainRequest& request, std::ostream& progress,
              std::ostream& notices, Communicator& communicator)
{
    std::ostream nowhere(nullptr);
    try {
        return communicator.leads() ? trainAmong(family, request, progress, notices, communicator)
                                    : trainAmong(family, request, nowhere, nowhere, communicator);
    } catch (const WorkerLost&) {
        throw;
    } catch (const std::exception& error) {
        communicator.fail(error.what());
        throw;
    }
}

} // namespace widthwise::trainer
