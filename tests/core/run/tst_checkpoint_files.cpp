// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/checkpoint_files.h"

#include "tests/core/host/wrapped_host.h"
#include "tests/core/run/runner_fixture.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>

using namespace widthwise;
namespace fs = std::filesystem;

namespace {

/// This machine, which may be out of reach, or not allow what is asked.
class FickleHost final : public WrappedHost {
public:
    CommandResult run(const std::string& command, std::chrono::milliseconds deadline,
                      std::string_view input) override
    {
        if (isAway)
            throw HostError("juwels is out of reach");
        ++commands;
        const std::size_t rest = command.find("; ");
        return WrappedHost::run(isProtected ? "echo 'rm: Permission denied' >&2" + command.substr(rest)
                                            : command,
                                deadline, input);
    }
    bool isAway = false;
    bool isProtected = false; ///< nothing can be removed there
    int commands = 0;
};

} // namespace

class TestCheckpointFiles : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<FickleHost> m_host;
    std::vector<Trial> m_trials;

    /// With what a shell and `find` could mistake.
    std::string folderOf(int trial) const
    {
        return m_folder->path().toStdString() + "/it's $(a) store/-x [1] checkpoint.pt/" +
               std::to_string(trial);
    }
    void write(int trial, const std::string& name, std::size_t bytes) const
    {
        const fs::path file = folderOf(trial) + '/' + name;
        fs::create_directories(file.parent_path());
        std::ofstream(file) << std::string(bytes, 'x');
    }
    bool exists(int trial, const std::string& name) const { return fs::exists(folderOf(trial) + '/' + name); }
    std::unique_ptr<CheckpointFiles> files(bool keepsOld = false)
    {
        return std::make_unique<CheckpointFiles>(
            *m_host, [this](int trial) { return folderOf(trial); }, keepsOld);
    }
    /// Takes what was measured into the trials, as a driver does.
    std::map<int, std::int64_t> work(CheckpointFiles& checkpoints)
    {
        std::map<int, std::int64_t> sizes;
        for (const event::Measured& measured : checkpoints.work(m_trials)) {
            sizes[measured.trial] = measured.bytes;
            m_trials[std::size_t(measured.trial)].checkpointBytes = measured.bytes;
        }
        return sizes;
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_host = std::make_unique<FickleHost>();
        m_trials.assign(4, Trial());
        for (int number = 0; number < 4; ++number)
            m_trials[std::size_t(number)].number = number;
    }

    void measuresFilesAndFolders()
    {
        write(0, "checkpoint.pt", 1000);
        write(0, "metrics.jsonl", 50);
        write(1, "checkpoint.pt/shard-0", 300);
        write(1, "checkpoint.pt/deep/checkpoint.pt", 200);
        const auto checkpoints = files();
        for (int trial = 0; trial < 3; ++trial)
            checkpoints->lookAt(trial);
        QVERIFY(checkpoints->isDue());
        QCOMPARE(work(*checkpoints), (std::map<int, std::int64_t>{{0, 1000}, {1, 500}, {2, 0}}));
        QCOMPARE(m_host->commands, 1);
        QVERIFY(checkpoints->isDone());
        QVERIFY(exists(0, "checkpoint.pt") && exists(1, "checkpoint.pt/shard-0"));
    }

    void deletesWhatWasDropped()
    {
        for (int trial = 0; trial < 2; ++trial) {
            write(trial, "checkpoint.pt", 1000);
            write(trial, "checkpoint.pt.partial", 10);
            write(trial, "stdout.log", 5);
            m_trials[std::size_t(trial)].checkpointBytes = 1010;
        }
        write(2, "checkpoint.pt/shard-0", 300);
        m_trials[2].checkpointBytes = 300;
        m_trials[1].checkpointDropped = m_trials[2].checkpointDropped = true;
        const auto checkpoints = files();
        for (int trial = 0; trial < 3; ++trial)
            checkpoints->lookAt(trial);
        QCOMPARE(work(*checkpoints), (std::map<int, std::int64_t>{{0, 1010}, {1, 0}, {2, 0}}));
        QVERIFY(exists(0, "checkpoint.pt") && !exists(1, "checkpoint.pt") && !exists(2, "checkpoint.pt"));
        QVERIFY(exists(1, "stdout.log") && checkpoints->notice().empty());
    }

    void aSecondDeletionFindsNothing()
    {
        m_trials[0].checkpointBytes = 1000;
        m_trials[0].checkpointDropped = true;
        const auto checkpoints = files();
        checkpoints->takeOver(m_trials); // its driver was killed before it could say that it had deleted it
        QCOMPARE(work(*checkpoints), (std::map<int, std::int64_t>{{0, 0}}));
        QVERIFY(checkpoints->isDone());
        checkpoints->takeOver(m_trials);
        QVERIFY(!checkpoints->isDue());
    }

    void olderAttemptsLeaveNothing()
    {
        for (const bool keepsOld : {true, false}) {
            write(0, "checkpoint.pt", 100);
            write(0, "checkpoint.pt.attempt-1", 30);
            const auto checkpoints = files(keepsOld);
            checkpoints->lookAt(0);
            QCOMPARE(work(*checkpoints), (std::map<int, std::int64_t>{{0, keepsOld ? 130 : 100}}));
            QCOMPARE(exists(0, "checkpoint.pt.attempt-1"), keepsOld);
        }
    }

    /// While the host was out of reach, a person had the trial run again.
    void aTrialThatBeganAnewKeepsWhatItWrites()
    {
        write(0, "checkpoint.pt", 100);
        m_trials[0].checkpointBytes = 100;
        m_trials[0].checkpointDropped = true;
        const auto checkpoints = files();
        checkpoints->lookAt(0);
        m_host->isAway = true;
        QVERIFY(work(*checkpoints).empty());
        QCOMPARE(checkpoints->notice(), std::string("juwels is out of reach"));
        QVERIFY(checkpoints->isDone() && !checkpoints->isDue());
        m_trials[0] = Trial();
        m_host->isAway = false;
        QCOMPARE(work(*checkpoints), (std::map<int, std::int64_t>{{0, 100}}));
        QVERIFY(exists(0, "checkpoint.pt") && checkpoints->notice().empty());
    }

    void saysWhatCannotBeDeleted()
    {
        write(0, "checkpoint.pt", 100);
        m_trials[0].checkpointBytes = 100;
        m_trials[0].checkpointDropped = true;
        m_host->isProtected = true;
        const auto checkpoints = files();
        checkpoints->lookAt(0);
        QCOMPARE(work(*checkpoints), (std::map<int, std::int64_t>{{0, 100}}));
        QCOMPARE(checkpoints->notice(),
                 std::string("the checkpoint of trial 0 cannot be deleted: rm: Permission denied"));
        QVERIFY(checkpoints->isDone() && !checkpoints->isDue()); // it is tried again later
        m_host->isProtected = false;
        QCOMPARE(work(*checkpoints), (std::map<int, std::int64_t>{{0, 0}}));
    }

    void manyAreLookedAtInParts()
    {
        m_trials.assign(250, Trial());
        const auto checkpoints = files();
        for (int number = 0; number < 250; ++number) {
            m_trials[std::size_t(number)].number = number;
            m_trials[std::size_t(number)].started = TimePoint();
            write(number, "checkpoint.pt", std::size_t(number));
        }
        checkpoints->takeOver(m_trials);
        while (checkpoints->isDue())
            work(*checkpoints);
        for (int number = 0; number < 250; ++number)
            QCOMPARE(m_trials[std::size_t(number)].checkpointBytes, number);
        QCOMPARE(m_host->commands, 3);
    }

    void aDriverDeletesWhatNothingCanNeed()
    {
        RunnerFixture fixture;
        const std::string program = "head -c 1000 /dev/zero > checkpoint.pt; "
                                    R"(echo '{{"step":1,"metrics":{{"loss":1}}}}' >> metrics.jsonl; )"
                                    "[ {trial} != 0 ]";
        const std::int64_t id = fixture.add("some", RunnerFixture::yaml(program, 2, 1));
        QCOMPARE(fixture.drive(id), ExperimentState::Completed);
        const std::vector<Trial> trials = fixture.trials(id);
        QCOMPARE(trials[0].state, TrialState::Failed);
        QVERIFY(trials[0].checkpointDropped && trials[0].checkpointBytes == 0);
        QVERIFY(!fs::exists(fixture.directory(id, 0) + "/checkpoint.pt"));
        QVERIFY(!trials[1].checkpointDropped);
        QCOMPARE(trials[1].checkpointBytes, 1000);
        QVERIFY(fs::exists(fixture.directory(id, 1) + "/checkpoint.pt"));
    }

    /// One that was killed when it had recorded what it was about to delete.
    void theNextDriverDeletesWhatTheLastOneMeantTo()
    {
        RunnerFixture fixture;
        const std::string program = "head -c 1000 /dev/zero > checkpoint.pt; exit 1";
        const std::int64_t id = fixture.add("killed", RunnerFixture::yaml(program, 1, 1));
        QCOMPARE(fixture.drive(id), ExperimentState::Failed);
        Trial trial = fixture.trials(id)[0];
        QVERIFY(trial.checkpointDropped);
        trial.checkpointBytes = 1000;
        {
            Database database(fixture.storeFile());
            Trials(database).save(id, trial);
        }
        const std::string file = fixture.directory(id, 0) + "/checkpoint.pt";
        std::ofstream(file) << std::string(1000, 'x');
        fixture.drive(id);
        QVERIFY(!fs::exists(file));
        QCOMPARE(fixture.trials(id)[0].checkpointBytes, 0);
    }
};

QTEST_GUILESS_MAIN(TestCheckpointFiles)
#include "tst_checkpoint_files.moc"
