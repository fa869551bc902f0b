// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/local_host.h"
#include "core/host/ssh/ssh_host.h"
#include "core/launch/slurm/slurm_launcher.h"
#include "tests/system/test_cluster.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

namespace widthwise {

/// A host whose answers get lost when a test wants them to.
class Lossy final : public Host {
public:
    explicit Lossy(std::unique_ptr<Host> host) : m_host(std::move(host)) {}

    std::string name() const override { return m_host->name(); }
    CommandResult run(const std::string& command, std::chrono::milliseconds deadline,
                      std::string_view input) override
    {
        CommandResult result = m_host->run(command, deadline, input);
        if (!loseAnswerTo.empty() && command.starts_with(loseAnswerTo)) {
            loseAnswerTo.clear();
            throw HostError("the link is lost");
        }
        return result;
    }
    void writeFile(const std::string& path, std::string_view contents) override
    {
        m_host->writeFile(path, contents);
    }
    void writeFiles(std::span<const FileContents> files) override { m_host->writeFiles(files); }
    std::vector<std::optional<FileSlice>> readFiles(std::span<const FileRequest> requests) override
    {
        return m_host->readFiles(requests);
    }
    std::string upload(const std::string& localPath, const std::string& path) override
    {
        return m_host->upload(localPath, path);
    }
    void download(const std::string& path, const std::string& localPath) override
    {
        m_host->download(path, localPath);
    }
    bool awaitRename(std::span<const std::string> directories, std::chrono::milliseconds timeout) override
    {
        return m_host->awaitRename(directories, timeout);
    }
    Inventory inventory() override { return m_host->inventory(); }

    std::string loseAnswerTo;

private:
    std::unique_ptr<Host> m_host;
};

/// What tests of a SlurmLauncher have in common: a real cluster, which all tests of a program share; for each
/// test a folder and a launcher of its own; and what the launcher has told.
class SlurmTest : public QObject {
protected:
    TestCluster m_cluster;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Lossy> m_host;
    std::unique_ptr<SlurmLauncher> m_launcher;
    SlurmSettings m_settings;
    std::map<int, std::string> m_started;
    std::map<int, std::string> m_notes;
    std::map<int, TrialExit> m_exited;

    LaunchRequest request(int trial, const std::string& command) const
    {
        LaunchRequest request;
        request.trial = trial;
        request.directory = m_folder->path().toStdString() + "/trials/" + std::to_string(trial);
        request.command = "echo run >>runs; " + command;
        request.config = "{}";
        request.metricsFile = "metrics.jsonl";
        request.environment = {{"WIDTHWISE_TRIAL_DIR", request.directory}};
        request.resources.timeLimit = Seconds(600);
        return request;
    }
    QByteArray file(int trial, const char* name) const
    {
        QFile file(
            m_folder->filePath(QStringLiteral("trials/%1/%2").arg(trial).arg(QString::fromLatin1(name))));
        return file.open(QFile::ReadOnly) ? file.readAll() : QByteArray();
    }
    int submissions() const
    {
        return int(
            QDir(m_folder->filePath(QStringLiteral("jobs"))).entryList({QStringLiteral("*.sbatch")}).size());
    }
    void poll()
    {
        for (const LaunchEvent& event : m_launcher->poll(std::chrono::milliseconds(100))) {
            if (const auto* started = std::get_if<launch::Started>(&event)) {
                QVERIFY2(!m_started.contains(started->trial), "started twice");
                m_started[started->trial] = started->device;
            } else if (const auto* noted = std::get_if<launch::Noted>(&event)) {
                m_notes[noted->trial] = noted->text;
            } else if (const auto* exited = std::get_if<launch::Exited>(&event)) {
                QVERIFY2(!m_exited.contains(exited->trial), "ended twice");
                m_exited[exited->trial] = exited->exit;
            }
        }
    }
    bool ended(int trial)
    {
        poll();
        return m_exited.contains(trial);
    }
    bool started(int trial)
    {
        poll();
        return m_started.contains(trial);
    }
    /// Forgets what was told; the next attempt of a trial is another.
    void forget(int trial)
    {
        m_started.erase(trial);
        m_exited.erase(trial);
    }
    QString slurm(const QString& command) const
    {
        const TestCluster::Result result = m_cluster.shell(command);
        return result.output.trimmed();
    }
    void makeLauncher() { m_launcher = std::make_unique<SlurmLauncher>(*m_host, m_settings); }
    void startCluster(const TestCluster::Options& options)
    {
        if (const QString missing = TestCluster::missing(); !missing.isEmpty())
            QSKIP(qPrintable(missing));
        m_cluster.start(options);
        qputenv("SLURM_CONF", (m_cluster.folder() + QStringLiteral("/etc/slurm.conf")).toUtf8());
    }
    void prepare()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_host = std::make_unique<Lossy>(std::make_unique<LocalHost>());
        m_settings = {};
        m_settings.folder = m_folder->filePath(QStringLiteral("jobs")).toStdString();
        m_settings.pollInterval = std::chrono::seconds(1);
        m_started.clear();
        m_notes.clear();
        m_exited.clear();
        makeLauncher();
    }
};

} // namespace widthwise
