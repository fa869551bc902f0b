// SPDX-License-Identifier: GPL-3.0-or-later
// The trainer is brought to a site with its libraries, runs there with them and nothing else, and trains a
// trial.
#include "core/host/local_host.h"
#include "core/host/shell.h"
#include "core/host/ssh/ssh_host.h"
#include "core/site/trainer_deployment.h"
#include "tests/system/test_cluster.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <unistd.h>

using namespace widthwise;
using namespace std::chrono_literals;

class TestTrainerDeployment : public QObject {
    Q_OBJECT

    TestCluster m_cluster;
    QTemporaryDir m_folder;
    Site m_site;
    std::unique_ptr<SshHost> m_host;
    QStringList m_said;

    QString path(const QString& name) const { return m_folder.filePath(name); }
    std::string deploy()
    {
        m_said.clear();
        TrainerDeployment deployment(m_site, *m_host, [this](const std::string& line) {
            m_said.append(QString::fromStdString(line));
        });
        return deployment.bringBundle(WIDTHWISE_TRAINER);
    }
    std::string trainer() const { return m_site.folder + "/bin/widthwise-trainer"; }
    static CommandResult run(const std::string& command) { return LocalHost().run(command, 100s); }

private Q_SLOTS:
    void initTestCase()
    {
        const TestCluster::Options options{.nodes = 1};
        if (const QString missing = TestCluster::missing(options); !missing.isEmpty())
            QSKIP(qPrintable(missing));
        m_cluster.start(options);
        m_site = parseSite("host: cluster\nssh_config: " + m_cluster.sshConfig().toStdString() +
                               "\nfolder: " + path(QStringLiteral("scratch")).toStdString() +
                               "\nscheduler: slurm\npoll_interval: 10s\n",
                           "lab");
        m_host =
            std::make_unique<SshHost>(SshHost::Options{.name = m_site.host, .configFile = m_site.sshConfig});
    }

    void bringsTheTrainerOnce()
    {
        const std::string folder = deploy();
        QVERIFY2(m_said.join(QLatin1Char('\n')).contains(QStringLiteral("iB to cluster:")),
                 qPrintable(m_said.join(QLatin1Char('\n'))));
        QCOMPARE(run(trainer() + " info --json").exitCode, 0);
        QCOMPARE(deploy(), folder);
        QVERIFY(m_said.contains(QStringLiteral("it is there already")));
    }

    /// Whatever the environment names, the bundle's own libraries are loaded, and nothing of that reaches
    /// children.
    void runsWithItsOwnLibraries()
    {
        const std::string poison = path(QStringLiteral("poison")).toStdString();
        QDir().mkpath(QString::fromStdString(poison));
        for (const char* library : {"libtorch.so.1.13", "libopenblas.so.0", "libhdf5_serial.so.103"}) {
            QFile wrong(QString::fromStdString(poison + '/' + library));
            QVERIFY(wrong.open(QFile::WriteOnly));
            wrong.write("no library");
        }
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("LD_LIBRARY_PATH"), QString::fromStdString(poison));
        process.setProcessEnvironment(environment);
        process.start(QString::fromStdString(trainer()),
                      {QStringLiteral("simulate"), QStringLiteral("--jets"), QStringLiteral("1000000"),
                       QStringLiteral("--out"), path(QStringLiteral("many.h5"))});
        QVERIFY(process.waitForStarted());
        QByteArray maps;
        const auto hasLoaded = [&] {
            QFile file(QStringLiteral("/proc/%1/maps").arg(process.processId()));
            maps = file.open(QFile::ReadOnly) ? file.readAll() : QByteArray();
            return maps.contains("libtorch") && maps.contains("libhdf5");
        };
        QTRY_VERIFY_WITH_TIMEOUT(hasLoaded(), 60'000);
        process.kill();
        process.waitForFinished();
        for (const QByteArray& line : maps.split('\n')) {
            const std::string file = line.mid(line.indexOf('/')).toStdString();
            if (line.contains(".so") && !isOfGlibc({file.substr(file.rfind('/') + 1), file}))
                QVERIFY2(file.starts_with(m_site.folder + "/trainers/") || file == "/etc/ld.so.cache",
                         file.c_str());
        }
        QCOMPARE(run("LD_LIBRARY_PATH=" + poison + ' ' + trainer() + " info --json").exitCode, 0);
    }

    /// As on a machine whose C library is older: nothing of this system is there to be loaded.
    void runsInAnEmptyRoot()
    {
        if (geteuid() != 0)
            QSKIP("only root may change the root");
        LocalHost local;
        const TrainerBundle bundle = describeBundle(local, WIDTHWISE_TRAINER);
        const std::string tree = path(QStringLiteral("tree")).toStdString();
        const std::string root = path(QStringLiteral("root")).toStdString();
        layOutBundle(bundle, tree, true);
        QVERIFY(run("head -1 " + tree + "/bin/widthwise-trainer").output == "#!/bin/sh\n");
        QCOMPARE(run("cp -rL " + tree + ' ' + root + " && mkdir " + root + "/tmp").exitCode, 0);
        const std::string lib = "/lib/widthwise-trainer";
        std::string loader;
        for (const SharedLibrary& library : bundle.glibc)
            if (library.name.starts_with("ld-"))
                loader = library.name;
        const CommandResult result =
            run("chroot " + root + ' ' + lib + '/' + loader + " --argv0 /bin/widthwise-trainer" +
                " --library-path " + lib + ' ' + lib + "/widthwise-trainer settings");
        QVERIFY2(result.exitCode == 0, result.errors.c_str());
        QVERIFY(result.output.find("batch_size") != std::string::npos);
        // Started by its script, it also starts its workers.
        const CommandResult info = run(tree + "/bin/widthwise-trainer info --json");
        QVERIFY2(info.exitCode == 0, info.errors.c_str());
    }

    void refusesOtherProcessors()
    {
        const TrainerBundle bundle{.glibcVersion = "2.36", .machine = "x86_64"};
        QVERIFY(refusalOf(bundle, {.machine = "aarch64", .glibcVersion = "2.36"}).find("--source") !=
                std::string::npos);
        QVERIFY(refusalOf(bundle, {.machine = "x86_64", .glibcVersion = "2.17"}).empty());
        QVERIFY(needsLoader(bundle, {.machine = "x86_64", .glibcVersion = "2.9"}));
        QVERIFY(needsLoader(bundle, {.machine = "x86_64", .glibcVersion = {}}));
        QVERIFY(!needsLoader(bundle, {.machine = "x86_64", .glibcVersion = "2.36"}));
        QVERIFY(!needsLoader(bundle, {.machine = "x86_64", .glibcVersion = "2.40"}));
    }

    void keepsTheOldOneWhereTheNewOneDoesNotRun()
    {
        const QString before = QFile::symLinkTarget(QString::fromStdString(trainer()));
        const QString broken = path(QStringLiteral("broken"));
        QVERIFY(QFile::copy(QStringLiteral("/bin/false"), broken));
        TrainerDeployment deployment(m_site, *m_host, [](const std::string&) {});
        QVERIFY_THROWS_EXCEPTION(HostError, deployment.bringBundle(broken.toStdString()));
        QCOMPARE(QFile::symLinkTarget(QString::fromStdString(trainer())), before);
    }

    void trainsATrial()
    {
        QFile site(path(QStringLiteral("lab.yaml")));
        QVERIFY(site.open(QFile::WriteOnly));
        site.write(QStringLiteral(
                       "host: cluster\nssh_config: %1\nfolder: %2\nscheduler: slurm\npoll_interval: 10s\n")
                       .arg(m_cluster.sshConfig(), path(QStringLiteral("scratch")))
                       .toUtf8());
        site.close();
        QFile search(path(QStringLiteral("search.yaml")));
        QVERIFY(search.open(QFile::WriteOnly));
        search.write(
            "name: deployed\nobjective: {metric: val/loss}\n"
            "trial:\n  trainer: {model: mlp, width: 16, base_width: 16, steps: 10, batch_size: 50,\n"
            "            validate_every: 10, data: toy.h5, classes: [bjets, cjets, ujets], workers: 2}\n"
            "space:\n  max_lr: {type: float, low: 1e-3, high: 1e-2, scale: log}\n"
            "site: lab.yaml\nresources: {parallel: 1, cpus: 2}\nbudget: {trials: 1}\n");
        search.close();
        QCOMPARE(run(std::string(WIDTHWISE_TRAINER) + " simulate --jets 1000 --out " +
                     path(QStringLiteral("toy.h5")).toStdString())
                     .exitCode,
                 0);
        const CommandResult result =
            run(std::string(WIDTHWISECTL) + " run " + search.fileName().toStdString() + " --store " +
                path(QStringLiteral("store.db")).toStdString() + " </dev/null");
        QVERIFY2(result.exitCode == 0, (result.output + result.errors).c_str());
    }
};

QTEST_GUILESS_MAIN(TestTrainerDeployment)
#include "tst_trainer_deployment.moc"
