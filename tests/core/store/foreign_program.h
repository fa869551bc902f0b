// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProcess>

#include <string>

namespace widthwise::test {

/// Another program that has the store open; see foreign_program.cpp.
class ForeignProgram {
public:
    ForeignProgram(const std::string& file, const char* sql)
    {
        m_process.start(QStringLiteral(FOREIGN_PROGRAM),
                        {QString::fromStdString(file), QString::fromUtf8(sql)});
        while (!m_said.endsWith("done\n") && m_process.waitForReadyRead())
            m_said += m_process.readAll();
    }
    ~ForeignProgram() { end(); }
    /// The first value, or the error.
    QByteArray said() const { return m_said.chopped(5).trimmed(); }
    /// Closes the store.
    void end()
    {
        m_process.closeWriteChannel();
        m_process.waitForFinished();
    }
    /// Leaves the store as it is.
    void kill()
    {
        m_process.kill();
        m_process.waitForFinished();
    }

private:
    QProcess m_process;
    QByteArray m_said;
};

} // namespace widthwise::test
