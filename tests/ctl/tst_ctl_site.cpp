// SPDX-License-Identifier: GPL-3.0-or-later
// Sites by command: list, show, add, and what deploy and doctor refuse.
#include "ctl_fixture.h"

#include <QDir>
#include <QFile>
#include <QTest>

using namespace widthwise::ctl;

class TestCtlSite : public QObject {
    Q_OBJECT

    std::unique_ptr<CtlFixture> m_ctl;

    Answer site(const QStringList& arguments) const
    {
        return m_ctl->call(QStringList{QStringLiteral("site")} + arguments);
    }
    QString file(const QString& name) const
    {
        return m_ctl->folder() + QStringLiteral("/widthwise/sites/%1.yaml").arg(name);
    }

private Q_SLOTS:
    void init()
    {
        m_ctl = std::make_unique<CtlFixture>();
        m_ctl->set(QStringLiteral("XDG_CONFIG_HOME"), m_ctl->folder());
    }

    void addsShowsAndLists()
    {
        const Answer added =
            site({QStringLiteral("add"), QStringLiteral("juwels"), QStringLiteral("--host"),
                  QStringLiteral("me@juwels"), QStringLiteral("--scheduler"), QStringLiteral("slurm"),
                  QStringLiteral("--folder"), QStringLiteral("/p/scratch/me"),
                  QStringLiteral("--gpus-per-node"), QStringLiteral("4")});
        QVERIFY2(added.code == 0, qPrintable(added.errors));
        QVERIFY(QFile::exists(file(QStringLiteral("juwels"))));
        const Answer shown = site({QStringLiteral("show"), QStringLiteral("juwels")});
        QCOMPARE(shown.output,
                 QStringLiteral(
                     "# %1\nhost: me@juwels\nscheduler: slurm\nfolder: /p/scratch/me\ngpus_per_node: 4\n")
                     .arg(file(QStringLiteral("juwels"))));
        const QJsonArray sites = site({QStringLiteral("list"), QStringLiteral("--json")}).array();
        QCOMPARE(sites.size(), 2);
        QCOMPARE(sites[0][QStringLiteral("name")].toString(), QStringLiteral("local"));
        QCOMPARE(sites[1][QStringLiteral("scheduler")].toString(), QStringLiteral("slurm"));
        QVERIFY(site({QStringLiteral("list")}).output.contains(QStringLiteral("me@juwels")));
        QCOMPARE(site({QStringLiteral("add"), QStringLiteral("juwels")}).code, 1);
    }

    void saysWhatIsWrong_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* name, const QString& arguments, int code, const char* words) {
            QTest::newRow(name) << arguments.split(QLatin1Char(' ')) << code << QString::fromLatin1(words);
        };
        row("no verb", QStringLiteral("lsit"), 2, "did you mean \"list\"");
        row("no name", QStringLiteral("add"), 2, "needs the name of a site");
        row("bad name", QStringLiteral("add local"), 2, "other than local");
        row("no folder", QStringLiteral("add x --host h"), 2, "folder");
        row("nothing there", QStringLiteral("show x"), 3, "there is no file");
        row("unknown", QStringLiteral("deploy x"), 2, "there is no site");
        row("here", QStringLiteral("deploy local"), 1, "its own trainer");
    }
    void saysWhatIsWrong()
    {
        QFETCH(QStringList, arguments);
        QFETCH(int, code);
        QFETCH(QString, words);
        const Answer answer = site(arguments);
        QCOMPARE(answer.code, code);
        QVERIFY2(answer.errors.contains(words), qPrintable(answer.errors));
    }

    void listsAFileThatCannotBeRead()
    {
        QDir().mkpath(QFileInfo(file(QStringLiteral("bad"))).path());
        QFile bad(file(QStringLiteral("bad")));
        QVERIFY(bad.open(QFile::WriteOnly));
        bad.write("hots: juwels\n");
        bad.close();
        const Answer listed = site({QStringLiteral("list")});
        QCOMPARE(listed.code, 0);
        QVERIFY2(listed.output.contains(QStringLiteral("did you mean \"host\"")), qPrintable(listed.output));
        QCOMPARE(site({QStringLiteral("show"), QStringLiteral("bad")}).code, 2);
    }

    void theDoctorLooksAtASite()
    {
        site({QStringLiteral("add"), QStringLiteral("here"), QStringLiteral("--folder"),
              m_ctl->folder() + QStringLiteral("/trials")});
        const QStringList call{QStringLiteral("doctor"), QStringLiteral("--site"), QStringLiteral("here"),
                               QStringLiteral("--json")};
        const QJsonArray findings = m_ctl->call(call).array();
        QStringList good;
        for (const QJsonValue& finding : findings)
            if (finding[QStringLiteral("verdict")] == QStringLiteral("good"))
                good.append(finding[QStringLiteral("what")].toString());
        QVERIFY2(good.contains(QStringLiteral("folder")), qPrintable(good.join(QLatin1Char(' '))));
        site({QStringLiteral("add"), QStringLiteral("gone"), QStringLiteral("--host"),
              QStringLiteral("no.such.host.invalid"), QStringLiteral("--folder"), QStringLiteral("/x")});
        const Answer gone =
            m_ctl->call({QStringLiteral("doctor"), QStringLiteral("--site"), QStringLiteral("gone")});
        QCOMPARE(gone.code, 1);
        QVERIFY2(gone.output.contains(QStringLiteral("ssh no.such.host.invalid")), qPrintable(gone.output));
    }

    void anExperimentThatASiteCannotGiveIsRefused()
    {
        site({QStringLiteral("add"), QStringLiteral("small"), QStringLiteral("--scheduler"),
              QStringLiteral("slurm"), QStringLiteral("--gpus-per-node"), QStringLiteral("1")});
        const QString file = m_ctl->write(QStringLiteral("wide.yaml"),
                                          "name: wide\nobjective: {metric: loss}\ntrial: {command: 'true'}\n"
                                          "space:\n  x: {type: float, low: 0, high: 1}\nbudget: {trials: 1}\n"
                                          "site: small\nresources: {gpus: 2}\n");
        const Answer run = m_ctl->call({QStringLiteral("run"), file});
        QCOMPARE(run.code, 2);
        QVERIFY2(run.errors.contains(QStringLiteral("resources.gpus")), qPrintable(run.errors));
        QCOMPARE(m_ctl->call({QStringLiteral("list"), QStringLiteral("--json")}).array().size(), 0);
        QVERIFY(
            m_ctl->call({QStringLiteral("validate"), file}).output.contains(QStringLiteral("gpus_per_node")));
    }
};

QTEST_GUILESS_MAIN(TestCtlSite)
#include "tst_ctl_site.moc"
