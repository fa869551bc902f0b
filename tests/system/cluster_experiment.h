// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/core/run/runner_fixture.h"
#include "tests/system/driver_process.h"
#include "tests/system/test_cluster.h"

#include <QStringList>
#include <memory>
#include <vector>

namespace widthwise {

/// An experiment whose trials are jobs of a test cluster, with `widthwisectl drive` as its driver. It reaches
/// the cluster over SSH and may be killed. A trial reports the steps 1, 2, … and lets its checkpoint follow;
/// asked to end, it does so after the step it is at. It leaves a note of each attempt that ran, and of two at
/// a time.
class ClusterExperiment {
public:
    struct Options {
        QString host = QStringLiteral("cluster");    ///< in the cluster's SSH configuration
        QStringList site = {};                       ///< further lines of the site's file
        QString timeLimit = QStringLiteral("20min"); ///< of a job
        int trials = 3;                              ///< all at a time
        int steps = 40;         ///< a tenth of a second each, or more; halfway a trial waits for letGo()
        QString beginning = {}; ///< shell lines that each attempt begins with
        QString folder = {};    ///< of the trials; empty: one of this object's own
    };

    explicit ClusterExperiment(const TestCluster& cluster) : ClusterExperiment(cluster, Options()) {}
    ClusterExperiment(const TestCluster& cluster, Options options);
    ~ClusterExperiment();

    /// Starts a driver; one before must have ended.
    void drive();
    bool drives() const { return m_driver->running(); }
    void killDriver() { m_driver->killNow(); }
    /// True once the driver has ended by itself, within this time; else shows its log.
    bool ends(int milliseconds);
    int exitCode() { return m_driver->wait(0); }

    std::vector<Trial> trials() { return m_fixture.trials(m_id); }
    Trial trial(int number) { return trials().at(static_cast<std::size_t>(number)); }
    std::size_t count(TrialState state);
    /// True where every trial runs, has reported half of its steps, and waits.
    bool isHalfway();
    void letGo() const;
    ExperimentRecord record() { return m_fixture.record(m_id); }
    /// What the driver wants a person to know now.
    QString notice();
    /// How long ago the driver last showed a sign of life, as others see it.
    std::chrono::milliseconds silence();
    QString log() const;
    std::string file(int trial, std::string_view name);
    TrialStatus status(int trial);
    /// For scancel and scontrol: the job of a trial's current attempt; empty where there is none.
    QString jobOf(int trial);
    void command(Command::Kind kind, int trial) { m_fixture.command(m_id, kind, trial); }
    /// The program is a file of the experiment, which its driver brings to the cluster.
    QString programThere();
    void changeProgramHere() const;
    /// Ends the wrapper and the program of a trial's current attempt at once; its job learns of it.
    void killWrapper(int trial);
    /// The same, with SLURM's own process above them: as if the node had died.
    void killNode(int trial);
    QString storeFile() const { return QString::fromStdString(m_fixture.storeFile()); }
    QString folder() const { return QString::fromStdString(m_fixture.folder()); }

    /// No trial lost, no attempt run or submitted twice, no two at a time, and the store holds the metrics of
    /// the files line by line, up to the last step where a trial is complete.
    void verify();

private:
    void verifyRuns(const Trial& trial);
    void verifyMetrics(const Trial& trial);
    void verifySubmissions();
    QString folderOfTrials() const;

    const TestCluster& m_cluster;
    Options m_options;
    RunnerFixture m_fixture;
    std::int64_t m_id = 0;
    std::unique_ptr<DriverProcess> m_driver;
};

} // namespace widthwise
