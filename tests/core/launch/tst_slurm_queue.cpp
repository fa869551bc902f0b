// SPDX-License-Identifier: GPL-3.0-or-later
// How often a queue that does not answer is asked.
#include "core/host/local_host.h"
#include "core/launch/slurm/slurm_queue.h"

#include <QTest>

using namespace widthwise;
using namespace std::chrono_literals;

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

    void isAskedAsSeldomAsTheSiteSays()
    {
        SlurmQueue queue(m_host, 300s);
        QVERIFY(!queue.look({}));
        QCOMPARE(queue.pause(), std::chrono::milliseconds(300s));
    }
};

QTEST_GUILESS_MAIN(TestSlurmQueue)
#include "tst_slurm_queue.moc"
