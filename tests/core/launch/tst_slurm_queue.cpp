// SPDX-License-Identifier: GPL-3.0-or-later
// How often a queue is asked that does not answer, or answers always the same.
#include "core/host/local_host.h"
#include "core/launch/slurm/slurm_queue.h"
#include "tests/core/host/wrapped_host.h"

#include <QTest>

using namespace widthwise;
using namespace std::chrono_literals;

namespace {

/// A login node whose squeue says what a test wants.
class StagedLogin final : public WrappedHost {
public:
    CommandResult run(const std::string&, std::chrono::milliseconds, std::string_view) override
    {
        return {.exitCode = 0,
                .timedOut = false,
                .output = "12|N/A|" + state + "|ours|n1|main|N/A|None\n",
                .errors = {}};
    }

    std::string state = "RUNNING";
};

} // namespace

class TestSlurmQueue : public QObject {
    Q_OBJECT

    LocalHost m_host;

private Q_SLOTS:
    void initTestCase() { qputenv("PATH", "/nowhere"); } // where SLURM is installed, too

    void isAskedMoreSeldomWhileItDoesNotAnswer()
    {
        SlurmQueue queue(m_host, 30s);
        QVERIFY(queue.isDue());
        std::vector<std::chrono::milliseconds> pauses;
        for (int i = 0; i < 4; ++i) {
            QVERIFY(!queue.look({}));
            QVERIFY(!queue.isDue());
            pauses.push_back(queue.pause());
        }
        QCOMPARE(pauses, (std::vector<std::chrono::milliseconds>{60s, 120s, 120s, 120s}));
        QVERIFY2(queue.notice().find("SLURM does not answer") != std::string::npos, queue.notice().c_str());
        queue.lookSoon();
        QCOMPARE(queue.pause(), std::chrono::milliseconds(30s));
        QVERIFY(!queue.isDue());
    }

    void isAskedMoreSeldomWhileNothingChanges()
    {
        StagedLogin login;
        SlurmQueue queue(login, 30s);
        const auto pauseAfterALook = [&] {
            return queue.look({{"ours", 0}}) ? queue.pause() : std::chrono::milliseconds(0);
        };
        for (int same = 0; same < 10; ++same)
            QCOMPARE(pauseAfterALook(), std::chrono::milliseconds(30s));
        QCOMPARE(pauseAfterALook(), std::chrono::milliseconds(60s));
        QCOMPARE(pauseAfterALook(), std::chrono::milliseconds(120s));
        QCOMPARE(pauseAfterALook(), std::chrono::milliseconds(120s));
        login.state = "COMPLETING";
        QCOMPARE(pauseAfterALook(), std::chrono::milliseconds(30s));
    }

    void isAskedAsSeldomAsTheSiteSays()
    {
        SlurmQueue queue(m_host, 300s);
        QVERIFY(!queue.look({}));
        QCOMPARE(queue.pause(), std::chrono::milliseconds(300s));
    }
};

QTEST_GUILESS_MAIN(TestSlurmQueue)
#include "tst_slurm_queue.moc"
