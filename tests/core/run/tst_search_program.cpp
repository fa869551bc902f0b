// SPDX-License-Identifier: GPL-3.0-or-later
// Experiments whose configurations another program chooses, and what becomes of them where it does not.
#include "tests/core/run/runner_fixture.h"

#include <QTest>

#include <csignal>
#include <thread>

using namespace widthwise;

namespace {

const std::string program = R"sh(echo '{{"step":1,"metrics":{{"loss":'{x}'}}}}' >> metrics.jsonl)sh";

std::string command(const std::string& how)
{
    return "python3 '" SOURCE_FOLDER "/odd_sampler.py' " + how;
}

std::string yaml(const std::string& command, int trials, const std::string& more = {})
{
    std::string text = RunnerFixture::yaml(program, trials, 1);
    const std::string random = "{algorithm: random}";
    return text.replace(text.find(random), random.size(),
                        "{algorithm: external, command: \"" + command + "\"" + more + "}");
}

std::string contentsOf(const std::string& path)
{
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace

class TestSearchProgram : public QObject {
    Q_OBJECT

    static void compareValues(const std::vector<Trial>& trials, const std::vector<double>& values)
    {
        std::vector<double> actual;
        for (const Trial& trial : trials)
            actual.push_back(toNumber(*trial.configuration.find("x")));
        QCOMPARE(actual, values);
    }

private Q_SLOTS:
    /// In the experiment's folder, and told what becomes of its trials.
    void itChooses()
    {
        RunnerFixture fixture;
        const std::int64_t experiment = fixture.add("chosen", yaml(command("well"), 4));
        QCOMPARE(fixture.drive(experiment), ExperimentState::Completed);
        compareValues(fixture.trials(experiment), {0.25, 0.5, 0.75, 0.25});
        const std::string requests = contentsOf(fixture.folder() + "/requests.jsonl");
        for (const char* told : {R"({"cmd":"tell","id":71,"state":"complete","value":0.25})",
                                 R"({"cmd":"tell","id":73,"state":"complete","value":0.75})"})
            QVERIFY2(requests.find(told) != std::string::npos, requests.c_str());
        const std::string log = contentsOf(trialsDirectory(fixture.storeFile()) + "/chosen.search.log");
        QCOMPARE(log, "started " + std::filesystem::canonical(fixture.folder()).string() + " well\n");
    }

    /// A new driver's program is told all that is known, and goes on.
    void aNewDriverTellsAll()
    {
        RunnerFixture fixture;
        const std::int64_t experiment = fixture.add("again", yaml(command("dies"), 3));
        QCOMPARE(fixture.drive(experiment), ExperimentState::Failed);
        fixture.command(experiment, Command::Kind::Resume);
        std::filesystem::remove(fixture.folder() + "/requests.jsonl");
        QCOMPARE(fixture.drive(experiment), ExperimentState::Failed); // it dies again, one trial later
        compareValues(fixture.trials(experiment), {0.25, 0.25});
        const std::string requests = contentsOf(fixture.folder() + "/requests.jsonl");
        QVERIFY2(requests.find(R"({"cmd":"history","trials":[{"params":{"x":0.25},"state":"complete",)"
                               R"("value":0.25}]})") != std::string::npos,
                 requests.c_str());
    }

    void whatGoesWrongIsTold_data()
    {
        QTest::addColumn<QByteArray>("how");
        QTest::addColumn<QByteArray>("what");
        const auto row = [](const char* how, const char* what) {
            QTest::newRow(how) << QByteArray(how) << QByteArray(what);
        };
        row("dies", "it ended with exit code 3, asked {\"cmd\":\"ask\"}; it said: no more ideas (");
        row("crashes", "it was ended by signal 9, asked {\"cmd\":\"ask\"}");
        row("chats", "expected one line of JSON with \"ok\", in line 4 of its output: let me think");
        row("refuses",
            "it refused ask, in line 4 of its output: {\"ok\": false, \"error\": \"out of ideas\"}");
        row("leaves",
            "x: 7.0 is not in the search space, in line 4 of its output: {\"ok\": true, \"trial\": ");
        row("sleeps", "it did not answer within 1 s, asked {\"cmd\":\"ask\"}");
        row("floods", "its answer is longer than 16 MiB");
        row("closes", "it closed its output");
        row("twice", "it wrote what was not asked for");
    }
    void whatGoesWrongIsTold()
    {
        QFETCH(QByteArray, how);
        QFETCH(QByteArray, what);
        RunnerFixture fixture;
        const std::int64_t experiment =
            fixture.add("odd", yaml(command(how.toStdString()), 3, ", timeout: 1"));
        QCOMPARE(fixture.drive(experiment), ExperimentState::Failed);
        const QByteArray reason = QByteArray::fromStdString(fixture.record(experiment).reason);
        QVERIFY2(reason.startsWith("the search failed: its program \"python3 '"), reason.constData());
        QVERIFY2(reason.contains(QByteArray("odd_sampler.py' " + how + "\": ")), reason.constData());
        QVERIFY2(reason.contains(what), reason.constData());
        compareValues(fixture.trials(experiment), {0.25}); // and what it proposed before is kept
        QCOMPARE(fixture.trials(experiment)[0].state, TrialState::Completed);
    }

    void whatCannotStartIsTold()
    {
        RunnerFixture fixture;
        const std::int64_t experiment = fixture.add("absent", yaml("no-such-sampler --fast", 3));
        QCOMPARE(fixture.drive(experiment), ExperimentState::Failed);
        const std::string reason = fixture.record(experiment).reason;
        QVERIFY2(reason.starts_with("the search failed: its program \"no-such-sampler --fast\": cannot start "
                                    "no-such-sampler in " +
                                    fixture.folder() + ": No such file or directory"),
                 reason.c_str());
    }

    /// No shell looks at it: what would be a variable or a pattern is a word.
    void wordsArriveAsTheyAre()
    {
        RunnerFixture fixture;
        const std::int64_t experiment = fixture.add("words", yaml(command("'$HOME * ; a  b'"), 1));
        QCOMPARE(fixture.drive(experiment), ExperimentState::Completed);
        const std::string log = contentsOf(trialsDirectory(fixture.storeFile()) + "/words.search.log");
        QVERIFY2(log.ends_with(" $HOME * ; a  b\n"), log.c_str());
    }

    /// Whatever it does, it ends with the driver.
    void itEndsWithTheDriver()
    {
        RunnerFixture fixture;
        fixture.drive(fixture.add("lingering", yaml("sh -c 'echo $$ > pid; exec " + std::string("python3 ") +
                                                        SOURCE_FOLDER "/odd_sampler.py lingers'",
                                                    1)));
        const int pid = std::stoi(contentsOf(fixture.folder() + "/pid"));
        QVERIFY(::kill(pid, 0) != 0 && errno == ESRCH);
    }

    /// While it thinks, trials end, and a person is obeyed.
    void aProgramThatThinksHoldsUpNothing()
    {
        RunnerFixture fixture;
        std::string text = yaml(command("waits"), 4);
        text.replace(text.find("parallel: 1"), 11, "parallel: 2");
        const std::int64_t experiment = fixture.add("slow", text);
        const auto runner = fixture.runner(experiment);
        std::vector<std::string> seen;
        std::thread person([&] {
            const auto await = [&](const char* what, const auto& condition) {
                if (QTest::qWaitFor(condition, 60'000))
                    seen.emplace_back(what);
            };
            const auto hasState = [&](ExperimentState state) {
                return [&, state] { return fixture.record(experiment).state == state; };
            };
            await("trial", [&] {
                const std::vector<Trial> trials = fixture.trials(experiment);
                return trials.size() == 1 && trials[0].state == TrialState::Completed;
            });
            fixture.command(experiment, Command::Kind::Pause);
            await("pause", hasState(ExperimentState::Paused));
            fixture.command(experiment, Command::Kind::Resume);
            await("resume", hasState(ExperimentState::Running));
            std::ofstream(fixture.folder() + "/go") << "on";
            await("end", hasState(ExperimentState::Completed));
            runner->leave();
        });
        runner->run();
        person.join();
        QCOMPARE(seen, (std::vector<std::string>{"trial", "pause", "resume", "end"}));
        compareValues(fixture.trials(experiment), {0.25, 0.5, 0.75, 0.25});
    }

    /// A person is told, and can stop the experiment.
    void aProgramThatHangsIsTold()
    {
        RunnerFixture fixture;
        const std::int64_t experiment = fixture.add("hung", yaml(command("sleeps"), 3, ", timeout: 600"));
        const auto runner = fixture.runner(experiment);
        std::string told;
        runner->onProgress([&](const Driver&, const std::string& notice) {
            if (!notice.empty() && told.empty())
                fixture.command(experiment, Command::Kind::Stop);
            told = notice.empty() ? told : notice;
        });
        QCOMPARE(runner->run(), ExperimentState::Stopped);
        QVERIFY2(told.starts_with("the search waits for its program \"python3 '") &&
                     told.ends_with("it has up to 600 s to answer"),
                 told.c_str());
        compareValues(fixture.trials(experiment), {0.25});
    }

    /// A person who ends the driver need not wait for it, and nothing of that is in the store.
    void itIsNotWaitedForByADriverThatLeaves()
    {
        RunnerFixture fixture;
        const std::int64_t experiment = fixture.add("left", yaml(command("sleeps"), 3, ", timeout: 600"));
        const auto runner = fixture.runner(experiment);
        std::thread leaving([&] {
            const std::string ask = R"({"cmd":"ask"})";
            const auto asked = [&] {
                const std::string requests = contentsOf(fixture.folder() + "/requests.jsonl");
                return requests.find(ask, requests.find(ask) + 1) != std::string::npos;
            };
            while (!asked())
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
            runner->leave();
        });
        runner->run();
        leaving.join();
        QCOMPARE(fixture.record(experiment).state, ExperimentState::Running);
    }
};

QTEST_GUILESS_MAIN(TestSearchProgram)
#include "tst_search_program.moc"
