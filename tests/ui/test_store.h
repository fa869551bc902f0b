// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/commands.h"
#include "core/store/driver_lease.h"
#include "core/store/experiments.h"
#include "core/store/outputs.h"
#include "core/store/series.h"
#include "core/store/trials.h"
#include "core/store/watches.h"

#include <QString>
#include <QTemporaryDir>

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

namespace widthwise::ui {

/// A store of its own on disk, with what a test writes into it as a driver would.
class TestStore {
public:
    TestStore();

    QString file() const { return m_folder.filePath(QStringLiteral("test.db")); }
    /// The text of its experiments.
    static const char* experimentText();

    /// A random search over `lr` and `width`.
    std::int64_t addExperiment(const std::string& name, ExperimentState state = ExperimentState::Running);
    /// Adds the trial or gives it another state. Returns its store id.
    std::int64_t saveTrial(std::int64_t experiment, int number, TrialState state,
                           std::optional<double> objective = {}, const std::string& reason = {});
    /// What the trial's checkpoint takes.
    void measure(std::int64_t experiment, int number, std::int64_t bytes, bool isDropped = false);
    /// Gives the trial a final state now, and returns when that is.
    TimePoint finish(std::int64_t experiment, int number, TrialState state);
    void setState(std::int64_t experiment, ExperimentState state, const std::string& reason = {});
    /// A driver that was heard of so long ago, with trials on another machine where there is a link.
    void beat(std::int64_t experiment, std::chrono::milliseconds ago = {},
              const std::optional<SiteLink>& link = {});
    /// What a driver has read of a trial's output; `trial` is a store id.
    void saveOutput(std::int64_t trial, const OutputTail& tail);
    /// Who looks at the experiment now.
    std::vector<Watch> watches(std::int64_t experiment);
    void append(std::int64_t trial, const std::string& metric, const std::vector<Point>& points);
    void clear(std::int64_t trial);
    /// Commands that nobody has taken.
    std::vector<Command> openCommands(std::int64_t experiment);
    ExperimentRecord find(std::int64_t experiment);

private:
    QTemporaryDir m_folder;
    Database m_database;
    std::unique_ptr<DriverLease> m_driver;
};

/// Now, as a driver says it.
TimePoint currentTime();

/// Falls like a loss: `count` points from step `first` on.
std::vector<Point> fallingPoints(std::int64_t first, int count, double end = 0.2);

} // namespace widthwise::ui
