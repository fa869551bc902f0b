// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/log_file.h"

#include "app/ctl/overview.h"
#include "app/ctl/subcommand.h"
#include "app/ctl/text.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>

namespace widthwise::ctl {

LogFile::LogFile(const std::string& file) : m_output(dup(STDOUT_FILENO)), m_errors(dup(STDERR_FILENO))
{
    std::error_code ignored; // opening then says what is wrong
    std::filesystem::create_directories(std::filesystem::path(file).parent_path(), ignored);
    const int log = open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (log < 0)
        throw Failure(Unsuccessful, "the log " + file + " cannot be written: " + std::strerror(errno));
    redirect(log, log);
    close(log);
}

LogFile::~LogFile()
{
    redirect(m_output, m_errors);
    close(m_output);
    close(m_errors);
}

void LogFile::redirect(int output, int errors)
{
    std::cout.flush();
    std::cerr.flush();
    dup2(output, STDOUT_FILENO);
    dup2(errors, STDERR_FILENO);
}

void LogFile::say(const std::string& text)
{
    std::cout << isoTimeText(currentTime()) << ' ' << text << std::endl;
}

} // namespace widthwise::ctl
